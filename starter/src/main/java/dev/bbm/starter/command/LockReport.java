package dev.bbm.starter.command;

import dev.bbm.activities.ownership.LockAction;
import dev.bbm.activities.ownership.LockOutcome;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What became of the write locks of one or more databases, for people and for machines. */
final class LockReport {

  private static final int SHOWN = 5;

  private final OutputOptions output;
  private final Map<String, List<LockOutcome>> outcomes;

  /**
   * @param outcomes by the database's name
   */
  LockReport(OutputOptions output, Map<String, List<LockOutcome>> outcomes) {
    this.output = output;
    this.outcomes = outcomes;
  }

  private record Line(
      String database,
      String tableSchema,
      String tableName,
      @Nullable String gitlabSchema,
      String home,
      LockAction action,
      @Nullable String remark) {

    static Line of(String database, LockOutcome it) {
      return new Line(
          database,
          it.table().tableSchema(),
          it.table().tableName(),
          it.table().gitlabSchema(),
          it.table().home(),
          it.action(),
          it.remark());
    }
  }

  private record Lines(List<Line> tables) {}

  /** Prints it; the exit code says whether everything was done that was to be done. */
  ExitCode print(boolean dryRun) {
    output.print(
        new Lines(
            outcomes.entrySet().stream()
                .flatMap(it -> it.getValue().stream().map(one -> Line.of(it.getKey(), one)))
                .toList()),
        this::text);
    return dryRun ? ExitCode.DONE : tellTroubles();
  }

  private String text() {
    var table = new TextTable().left("DATABASE").left("TABLE").left("GITLAB_SCHEMA").left("ACTION");
    List<String[]> rows =
        outcomes.entrySet().stream()
            .flatMap(
                it -> it.getValue().stream().filter(LockReport::isShown).map(one -> row(it, one)))
            .toList();
    rows.forEach(table::row);
    String summary =
        outcomes.entrySet().stream()
            .map(it -> "%s: %s".formatted(it.getKey(), counts(it.getValue())))
            .collect(Collectors.joining("\n"));
    return rows.isEmpty() ? summary : table + "\n" + summary;
  }

  private static boolean isShown(LockOutcome outcome) {
    return outcome.action() != LockAction.SKIPPED || outcome.remark() != null;
  }

  private static String[] row(Map.Entry<String, List<LockOutcome>> database, LockOutcome it) {
    return new String[] {
      database.getKey(),
      it.table().table(),
      Objects.requireNonNullElse(it.table().gitlabSchema(), ""),
      it.remark() == null ? word(it.action()) : "%s: %s".formatted(word(it.action()), it.remark())
    };
  }

  private static String counts(List<LockOutcome> outcomes) {
    String counts =
        Arrays.stream(LockAction.values())
            .map(action ->
                Map.entry(action, outcomes.stream().filter(it -> it.action() == action).count()))
            .filter(it -> it.getValue() > 0)
            .map(it -> "%d %s".formatted(it.getValue(), word(it.getKey())))
            .collect(Collectors.joining(", "));
    return counts.isEmpty() ? "nothing to do" : counts;
  }

  private static String word(LockAction action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  private ExitCode tellTroubles() {
    List<ErrorCode> troubles =
        outcomes.values().stream()
            .flatMap(List::stream)
            .map(LockOutcome::trouble)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    if (troubles.isEmpty()) {
      return ExitCode.DONE;
    }
    boolean busyOnly = troubles.equals(List.of(ErrorCode.LOCK_TIMEOUT));
    output.err().println("error: not every table could be changed; the reasons are shown above");
    output
        .err()
        .println(
            busyOnly
                ? "hint: the same again does what is left"
                : "hint: use the role that owns the tables, as databases.<name>.migration_url");
    output.err().flush();
    return busyOnly ? ExitCode.NOT_FINISHED : ExitCode.FAILED;
  }

  /** Tables that are left unlocked since nobody knows where they live. */
  void warn() {
    warn(
        "unclassified",
        "in no gitlab_schema, and so not locked",
        "add them to the dictionary (\"%s: gitlab_main\"), then ./bbm init");
    warn(
        "nowhere",
        "in a gitlab_schema that no database is configured for, and so not locked",
        "add it to the gitlab_schemas of a database in bbm.yml, then ./bbm init");
    warn(
        "disputed",
        "owned here, though another database is configured for them, and so not locked",
        "./bbm db ownership");
  }

  private void warn(String home, String what, String hint) {
    outcomes.forEach((database, all) -> {
      List<String> tables =
          all.stream()
              .filter(it -> it.action() == LockAction.SKIPPED && it.table().home().equals(home))
              .map(it -> it.table().table())
              .toList();
      if (!tables.isEmpty()) {
        output
            .err()
            .println(
                "warning: tables of %s are %s: %s".formatted(database, what, shortened(tables)));
        output.err().println("hint: " + hint.formatted(tables.getFirst()));
        output.err().flush();
      }
    });
  }

  /** A few names, and how many more. */
  static String shortened(List<String> names) {
    String shown = String.join(", ", names.stream().limit(SHOWN).toList());
    return names.size() <= SHOWN ? shown : "%s and %d more".formatted(shown, names.size() - SHOWN);
  }
}
