/**
 * The servers that {@code bbm} starts by itself when nothing is configured: PostgreSQL and
 * Temporal.
 */
@NullMarked
package dev.bbm.starter.embedded;

import org.jspecify.annotations.NullMarked;
