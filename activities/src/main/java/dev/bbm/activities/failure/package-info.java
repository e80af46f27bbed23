/** Turns PostgreSQL's errors into bbm's, and those into Temporal's. */
@NullMarked
package dev.bbm.activities.failure;

import org.jspecify.annotations.NullMarked;
