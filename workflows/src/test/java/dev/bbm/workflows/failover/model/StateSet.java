package dev.bbm.workflows.failover.model;

import java.util.Arrays;

/** States in the order in which they were found, each once, without an object for each. */
final class StateSet {

  private long[] words = new long[State.WORDS << 16];
  private int[] parents = new int[1 << 16];
  private int[] table = new int[1 << 18];
  private int size;

  int size() {
    return size;
  }

  /** Whether it is new. */
  boolean add(State state, int parent) {
    if (size * 2 > table.length) {
      grow();
    }
    int slot = slotOf(state.words, 0);
    if (table[slot] != 0) {
      return false;
    }
    if (size == parents.length) {
      parents = Arrays.copyOf(parents, size * 2);
      words = Arrays.copyOf(words, words.length * 2);
    }
    System.arraycopy(state.words, 0, words, size * State.WORDS, State.WORDS);
    parents[size] = parent;
    size++;
    table[slot] = size;
    return true;
  }

  int parentOf(int index) {
    return parents[index];
  }

  State load(int index) {
    var state = new State();
    System.arraycopy(words, index * State.WORDS, state.words, 0, State.WORDS);
    return state;
  }

  /** Where it is, or where it would be. */
  private int slotOf(long[] from, int offset) {
    int mask = table.length - 1;
    int slot = hash(from, offset) & mask;
    while (table[slot] != 0 && !equals(from, offset, (table[slot] - 1) * State.WORDS)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private boolean equals(long[] from, int offset, int other) {
    return Arrays.equals(from, offset, offset + State.WORDS, words, other, other + State.WORDS);
  }

  private static int hash(long[] from, int offset) {
    long hash = 0;
    for (int i = 0; i < State.WORDS; i++) {
      hash = (hash ^ from[offset + i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ hash >>> 32);
  }

  private void grow() {
    table = new int[table.length * 2];
    for (int index = 0; index < size; index++) {
      table[slotOf(words, index * State.WORDS)] = index + 1;
    }
  }
}
