/**
 * How fast a migration is beside a PL/pgSQL loop and a plain JDBC loop over the same rows in the
 * same run.
 */
@NullMarked
package dev.bbm.starter.benchmark;

import org.jspecify.annotations.NullMarked;
