package dev.bbm.activities.migration;

/**
 * Tells Temporal that the attempt lives, from a timer of its own; and the attempt, when it should
 * end.
 */
interface Heartbeat extends AutoCloseable {

  /** Whether the slice should end at the next border of a sub-batch. */
  boolean shouldStop();

  /**
   * A statement begins; beats cease when it runs past its own limit, so that another attempt may
   * begin.
   */
  void statementBegins();

  /** The statement has ended. */
  void statementEnds();

  /**
   * Waits between two sub-batches, outside any transaction; returns early when the slice should
   * end.
   */
  void pause(int milliseconds);

  @Override
  void close();
}
