package dev.bbm.starter.exactness;

import java.util.Random;

/** Where the chance of a test comes from: {@code -Dbbm.seed=…} repeats a run. */
public final class Seed {

  private Seed() {}

  public static Random random() {
    long seed = Long.getLong("bbm.seed", System.nanoTime());
    System.out.println("repeat with -Dbbm.seed=" + seed);
    return new Random(seed);
  }
}
