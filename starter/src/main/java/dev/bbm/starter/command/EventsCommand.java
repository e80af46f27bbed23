package dev.bbm.starter.command;

import static dev.bbm.starter.command.Figures.time;

import dev.bbm.activities.migration.JobFailure;
import dev.bbm.activities.migration.MigrationEvent;
import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows who did what when. */
@Prototype
@Command(
    name = "events",
    description = "Show who did what when, newest first.",
    exitCodeList = {
      "0:done",
      "2:no such migration or database",
      "69:a database does not answer; the others are shown"
    })
final class EventsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = MigrationArgument.ID + " Without it those of all migrations.")
  private @Nullable String id;

  @Option(names = "--database", paramLabel = "NAME", description = "Only those of this database.")
  private @Nullable String database;

  @Option(names = "--failures", description = "The job failures of the migration instead.")
  private boolean failures;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private OutputOptions output;

  private final Databases databases;

  EventsCommand(Databases databases) {
    this.databases = databases;
  }

  private record Events(List<MigrationEvent> events) {}

  private record JobFailures(String migration, List<JobFailure> failures) {}

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
    }
    if (id == null) {
      if (failures) {
        throw new ParameterException(spec.commandLine(), "--failures needs the ID of a migration");
      }
      return ofAll();
    }
    MigrationId migration = databases.find(id, database);
    databases.load(migration);
    if (failures) {
      printFailures(migration);
    } else {
      print(events(migration));
    }
    return ExitCode.DONE.code();
  }

  private List<MigrationEvent> events(MigrationId migration) {
    return databases.read(
        migration.database(),
        session -> session.getMapper(MigrationMapper.class).listEvents(migration.number(), limit));
  }

  private int ofAll() {
    var answers =
        databases.readAll(
            database == null
                ? databases.places()
                : List.of(databases.settings().database(database)),
            session -> session.getMapper(MigrationMapper.class).listEvents(null, limit));
    var missing = Answer.missing(answers);
    if (missing.size() == answers.size() && !output.isJson()) {
      return Failures.print(output.err(), missing).code();
    }
    print(
        Answer.given(answers).stream()
            .sorted(Comparator.comparing(MigrationEvent::at).reversed())
            .limit(limit)
            .toList());
    return Failures.print(output.err(), missing).code();
  }

  private void print(List<MigrationEvent> events) {
    output.print(new Events(events), () -> events.isEmpty() ? "no events" : table(events));
  }

  private static String table(List<MigrationEvent> events) {
    var table =
        new TextTable()
            .left("TIME")
            .left("MIGRATION")
            .left("EVENT")
            .left("BY")
            .left("REASON")
            .right("NUMBER");
    events.forEach(it ->
        table.row(
            time(it.at()),
            Objects.requireNonNullElse(it.migration(), orEmpty(it.gitlabSchema())),
            it.kind(),
            orEmpty(it.by()),
            orEmpty(it.reason()),
            it.number() == null ? "" : plain(it.number())));
    return table.toString();
  }

  private void printFailures(MigrationId migration) {
    List<JobFailure> found =
        databases.read(
            migration.database(),
            session ->
                session.getMapper(MigrationMapper.class).listFailures(migration.number(), limit));
    output.print(
        new JobFailures(migration.toString(), found),
        () -> found.isEmpty() ? "no job of %s has failed".formatted(migration) : failures(found));
  }

  private static String failures(List<JobFailure> failures) {
    var table =
        new TextTable()
            .left("TIME")
            .right("JOB")
            .right("ATTEMPTS")
            .left("AFTER")
            .left("THROUGH")
            .left("SQLSTATE")
            .left("ERROR");
    failures.forEach(it ->
        table.row(
            time(it.at()),
            String.valueOf(it.job()),
            String.valueOf(it.attempts()),
            it.cursor(),
            it.through(),
            orEmpty(it.sqlstate()),
            orEmpty(it.exceptionMessage()).lines().findFirst().orElse("")));
    return table.toString();
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
