package dev.bbm.starter.benchmark.failover;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.stream.Stream;

/**
 * What goes on while ci moves.
 *
 * @param migrations active ones, each over a table of its own; half of them move
 * @param writers of the application; half of them write what moves
 * @param rows of each table
 */
public record Load(int migrations, int writers, int rows) {

  static final int SUB_BATCH_SIZE = 50;

  /** So that a migration is under way for half a minute before and after the failover. */
  static final int PAUSE_MILLIS = 500;

  /** A worker runs at most so many at a time. */
  private static final int MOST_MIGRATIONS = 64;

  private static final int MOST_WRITERS = 64;
  private static final int FEWEST_ROWS = 1_000;
  private static final int MOST_ROWS = 1_000_000;

  public Load {
    require("--migrations", migrations, 2, MOST_MIGRATIONS, "one moves and one stays at least");
    require("--writers", writers, 2, MOST_WRITERS, "one writes what moves, one what stays");
    require(
        "--rows",
        rows,
        FEWEST_ROWS,
        MOST_ROWS,
        "a migration must be half done when the failover begins");
  }

  /** Throws INVALID_OPTION for a number that is out of bounds. */
  public static void require(String option, int value, int least, int most, String reason) {
    if (value < least || value > most) {
      throw ApplicationException.of(
          ErrorCode.INVALID_OPTION,
          "%s must be between %d and %d: %d".formatted(option, least, most, value),
          reason);
    }
  }

  List<BenchmarkTable> tables() {
    return Stream.iterate(0, n -> n < migrations, n -> n + 1)
        .map(n -> new BenchmarkTable(n % 2 == 0 ? Side.CI : Side.MAIN, n / 2 + 1))
        .toList();
  }

  /** The names of one side's tables, as a JSON array. */
  String tables(Side side) {
    return tables().stream()
        .filter(table -> table.side() == side)
        .map(table -> '"' + table.name() + '"')
        .toList()
        .toString();
  }

  int migrations(Side side) {
    return side == Side.CI ? (migrations + 1) / 2 : migrations / 2;
  }

  int writers(Side side) {
    return side == Side.CI ? (writers + 1) / 2 : writers / 2;
  }
}
