package dev.bbm.starter.benchmark.failover;

/** Rows that the migrations changed once, and otherwise; and the application's writes in them. */
record RowCount(long once, long wrong, long touched) {}
