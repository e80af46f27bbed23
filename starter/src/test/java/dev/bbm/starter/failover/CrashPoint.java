package dev.bbm.starter.failover;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Where a coordinator's process ends itself without a word.
 *
 * @param activity of FailoverActivities, by its method: {@code retire}
 */
record CrashPoint(String activity, Phase phase) {

  /** When, as the activity's worker sees it. */
  enum Phase {
    /** Before the step's effect. */
    BEFORE,
    /** The effect is committed, and Temporal does not know. */
    UNRECORDED,
    /** Temporal knows as well. */
    AFTER
  }

  /** The steps of a failover that goes well. */
  private static final List<String> STEPS =
      List.of(
          "check",
          "label",
          "drain",
          "fence",
          "lockMoved",
          "catchUp",
          "promote",
          "confirmPromotion",
          "adopt",
          "retire",
          "decide",
          "activate",
          "lockForeign",
          "verify",
          "listMigrations");

  /** Every step with every phase. */
  static List<CrashPoint> all() {
    return STEPS.stream()
        .flatMap(step -> Stream.of(Phase.values()).map(phase -> new CrashPoint(step, phase)))
        .toList();
  }

  /** So many of them. */
  static List<CrashPoint> sample(Random random, int count) {
    return random.ints(0, all().size()).distinct().limit(count).mapToObj(all()::get).toList();
  }

  static CrashPoint parse(String text) {
    String[] words = text.split("/", -1);
    return new CrashPoint(words[0], Phase.valueOf(words[1]));
  }

  @Override
  public String toString() {
    return activity + "/" + phase;
  }
}
