/** A real PostgreSQL for tests. */
@NullMarked
package dev.bbm.activities.database;

import org.jspecify.annotations.NullMarked;
