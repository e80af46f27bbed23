package dev.bbm.workflows.failover.model;

/** Some bits of a word: a state is a few words, so that a million of them fit into memory. */
record Bits(int at, int width) {

  int of(long word) {
    return (int) (word >>> at) & ((1 << width) - 1);
  }

  boolean isSet(long word) {
    return of(word) != 0;
  }

  long in(long word, int value) {
    if (value >>> width != 0) {
      throw new IllegalArgumentException(value + " does not fit into " + width + " bits");
    }
    long mask = ((1L << width) - 1) << at;
    return (word & ~mask) | ((long) value << at);
  }
}
