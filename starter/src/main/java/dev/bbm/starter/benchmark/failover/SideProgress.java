package dev.bbm.starter.benchmark.failover;

/**
 * How far some migrations are.
 *
 * @param leastRows of the one that is furthest behind
 */
record SideProgress(int finished, int failed, long leastRows) {}
