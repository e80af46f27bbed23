package dev.bbm.starter.command;

import static dev.bbm.starter.command.Figures.grouped;
import static dev.bbm.starter.command.Figures.time;

import dev.bbm.activities.migration.JobRow;
import dev.bbm.activities.migration.OperatorMapper;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.job.JobStatus;
import io.micronaut.context.annotation.Prototype;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the jobs of a migration. */
@Prototype
@Command(
    name = "jobs",
    description = "List the jobs of a migration, newest first.",
    footer = {"", "Reads the migration's database only: works while Temporal is down."},
    exitCodeList = {
      "0:shown",
      "2:no such migration or database",
      "69:its database does not answer"
    })
final class JobsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private MigrationArgument argument;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Only those in this state: ${COMPLETION-CANDIDATES}.")
  private @Nullable JobStatus status;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private OutputOptions output;

  private final Databases databases;

  JobsCommand(Databases databases) {
    this.databases = databases;
  }

  private record Jobs(String migration, List<JobRow> jobs) {}

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
    }
    MigrationId migration = argument.find(databases);
    databases.load(migration);
    Integer wanted = status == null ? null : status.code();
    List<JobRow> jobs =
        databases.read(
            migration.database(),
            session ->
                session
                    .getMapper(OperatorMapper.class)
                    .listJobs(migration.number(), wanted, limit));
    output.print(
        new Jobs(migration.toString(), jobs),
        () -> jobs.isEmpty() ? "no jobs" : table(jobs).toString());
    return ExitCode.DONE.code();
  }

  private static TextTable table(List<JobRow> jobs) {
    var table =
        new TextTable()
            .right("JOB")
            .left("STATUS")
            .right("LANE")
            .right("ATTEMPTS")
            .left("AFTER")
            .left("CURSOR")
            .left("THROUGH")
            .right("ROWS")
            .left("WORKER")
            .left("STARTED");
    jobs.forEach(it ->
        table.row(
            String.valueOf(it.job()),
            it.status(),
            String.valueOf(it.lane()),
            String.valueOf(it.attempts()),
            it.after(),
            it.cursor(),
            it.through(),
            grouped(it.rows()),
            Objects.requireNonNullElse(it.worker(), ""),
            time(it.startedAt())));
    return table;
  }
}
