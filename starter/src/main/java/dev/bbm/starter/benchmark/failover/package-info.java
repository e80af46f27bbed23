/**
 * How long a failover stops the writes, measured on a fresh pair of servers per run, beside a
 * switchover by hand.
 */
@NullMarked
package dev.bbm.starter.benchmark.failover;

import org.jspecify.annotations.NullMarked;
