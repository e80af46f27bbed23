package dev.bbm.starter.benchmark.failover;

/**
 * The longest waits of sub-batches, in seconds.
 *
 * @param subBatches how many there were
 * @param waited from the transaction's begin until gate and locks let it through
 * @param gap between two sub-batches of one migration, its pause included
 */
record SubBatchWaits(long subBatches, double waited, double gap) {}
