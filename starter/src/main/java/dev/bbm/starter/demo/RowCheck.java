package dev.bbm.starter.demo;

/** How often the rows of a table were changed. */
public record RowCheck(long once, long moreOften, long missed) {

  RowCheck plus(RowCheck other) {
    return new RowCheck(once + other.once, moreOften + other.moreOften, missed + other.missed);
  }

  boolean isExact(long rows) {
    return once == rows && moreOften == 0 && missed == 0;
  }
}
