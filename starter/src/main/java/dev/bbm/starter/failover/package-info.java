/**
 * The failover as seen from outside: what it moves and where, who hosts its workflow, its journal
 * and its report.
 */
@NullMarked
package dev.bbm.starter.failover;

import org.jspecify.annotations.NullMarked;
