/** The configured databases: pools, sessions, and the schema {@code bbm} in each. */
@NullMarked
package dev.bbm.activities.topology;

import org.jspecify.annotations.NullMarked;
