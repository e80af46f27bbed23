package dev.bbm.starter.benchmark.failover;

import java.util.Locale;

/** What is measured in each run. */
public enum Figure {
  WRITE_PAUSE("write-pause: fence to activate"),
  HAND_MADE_SWITCH("the same by hand: stop, wait, pg_promote"),
  DRAIN("drain"),
  WHOLE_FAILOVER("whole failover: check to verify"),
  CI_WRITE("longest wait of the application on ci"),
  MAIN_WRITE("longest wait of the application on main"),
  MAIN_WRITE_BEFORE("… in as long a time before"),
  MAIN_SUB_BATCH("longest wait of a gitlab_main sub-batch for gate and locks"),
  MAIN_SUB_BATCH_BEFORE("… in as long a time before"),
  MAIN_GAP("longest time between two sub-batches of one, pause of 0.5 s included"),
  MAIN_GAP_BEFORE("… in as long a time before");

  private final String label;

  Figure(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** For machines. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
