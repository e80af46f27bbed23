package dev.bbm.workflows.failover;

import dev.bbm.workflows.failover.ServerView.Journal;
import dev.bbm.workflows.ownership.OwnershipState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Servers and verdicts as a line of text, for tables of cases: {@code t1 open ci:FENCED:2@1:F1} is
 * a primary on timeline 1 whose journal is undecided and whose row of gitlab_ci is FENCED at epoch
 * 2, valid on timeline 1, changed last by the failover F1. {@code standby} is one in recovery,
 * {@code none} a journal without this failover, {@code back} one that is rolled back.
 */
final class ServerNotation {

  static final String OLD_PLACE = "old";
  static final FailoverScope SCOPE =
      new FailoverScope("F1", "main", "ci", "postgresql://ci", List.of("gitlab_ci"));

  /** The fence of {@link #SCOPE}: epoch 2 on timeline 1. */
  static final FenceToken FENCE = new FenceToken(1, Map.of("gitlab_ci", 2L));

  private ServerNotation() {}

  static ServerView server(String text) {
    List<String> words = List.of(text.trim().split("\\s+"));
    String first = words.getFirst();
    boolean standby = first.equals("standby");
    int timeline = standby ? 0 : Integer.parseInt(first.substring(1));
    var rows = new ArrayList<SchemaEntry>();
    words.stream().filter(it -> it.contains(":")).map(ServerNotation::row).forEach(rows::add);
    return new ServerView(standby, timeline, journal(words), rows);
  }

  private static @Nullable Journal journal(List<String> words) {
    boolean back = words.contains("back");
    return switch (words.get(1)) {
      case "open" -> new Journal(null, back);
      case "COMMIT" -> new Journal(Decision.COMMIT, back);
      case "ABORT" -> new Journal(Decision.ABORT, back);
      default -> null;
    };
  }

  private static SchemaEntry row(String text) {
    String[] parts = text.split("[:@]");
    String schema = "gitlab_" + parts[0];
    return new SchemaEntry(
        schema,
        schema.equals("gitlab_shared") ? "*" : "main",
        Long.parseLong(parts[2]),
        OwnershipState.valueOf(parts[1]),
        OLD_PLACE,
        Integer.parseInt(parts[3]),
        parts.length > 4 ? parts[4] : null);
  }

  static String text(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Done() -> "done";
      case Verdict.Wait(String why) -> "wait: " + why;
      case Verdict.Refused(String why) -> "refused: " + why;
      case Verdict.Write(List<SchemaEntry> rows, Decision decision, boolean back) ->
          "writes "
              + rows.stream().map(ServerNotation::text).collect(Collectors.joining(" "))
              + (rows.isEmpty() || decision == null ? "" : " ")
              + (decision == null ? "" : decision)
              + (back ? " back" : "");
    };
  }

  private static String text(SchemaEntry row) {
    return "%s:%s:%d@%d%s%s"
        .formatted(
            row.gitlabSchema().substring("gitlab_".length()),
            row.state(),
            row.epoch(),
            row.timeline(),
            row.failoverId() == null ? "" : ":" + row.failoverId(),
            row.place().equals(OLD_PLACE) ? "" : "/" + row.place() + "=" + row.ownerDatabase());
  }
}
