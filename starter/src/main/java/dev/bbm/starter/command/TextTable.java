package dev.bbm.starter.command;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Columns as wide as their longest cell, numbers to the right. */
final class TextTable {

  private record Column(String heading, boolean right) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  TextTable left(String heading) {
    columns.add(new Column(heading, false));
    return this;
  }

  TextTable right(String heading) {
    columns.add(new Column(heading, true));
    return this;
  }

  void row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "%d cells for %d columns".formatted(cells.length, columns.size()));
    }
    rows.add(List.of(cells));
  }

  /** The lines, the last without a line break. */
  @Override
  public String toString() {
    var lines = new ArrayList<List<String>>();
    lines.add(columns.stream().map(Column::heading).toList());
    lines.addAll(rows);
    int[] widths =
        IntStream.range(0, columns.size())
            .map(i -> lines.stream().mapToInt(line -> width(line.get(i))).max().orElse(0))
            .toArray();
    return lines.stream().map(line -> line(line, widths)).collect(Collectors.joining("\n"));
  }

  private String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> padded(cells.get(i), widths[i], columns.get(i).right()))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  private static String padded(String cell, int width, boolean right) {
    String padding = " ".repeat(width - width(cell));
    return right ? padding + cell : cell + padding;
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
