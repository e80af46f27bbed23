package dev.bbm.starter.benchmark.failover;

/**
 * The longest waits of sub-batches, in seconds.
 *
 * @param waited from the transaction's begin until gate and locks let it through
 * @param gap between two sub-batches of one migration, its pause included
 */
record SubBatchWaits(double waited, double gap) {}
