/**
 * The demonstration: two databases, a migration in each, a killed worker, and a check of every row.
 */
@NullMarked
package dev.bbm.starter.demo;

import org.jspecify.annotations.NullMarked;
