package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.migration.QueueRequest;
import dev.bbm.activities.migration.QueuedMigration;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationStatus;
import io.micronaut.context.annotation.Prototype;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Queues a migration by the same SQL function as a post-deploy hook. */
@Prototype
@Command(
    name = "queue",
    description = "Queue a migration.",
    footer = {
      "",
      "The same migration again (job class, table, column and arguments) creates nothing and says so.",
      "Hooks call bbm.queue_batched_background_migration(…) in SQL, with the same names and defaults."
    },
    exitCodeList = {
      "0:queued, or it was queued already",
      "2:wrong input: unknown job class, table, column or gitlab_schema, arguments or sizes that do not fit",
      "3:refused: no usable key, a table without gitlab_schema, a schema that may not be changed here",
      "69:the database does not answer"
    })
final class QueueCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "JOB_CLASS", description = "Name of a loaded job class.")
  private String jobClass;

  @Parameters(
      index = "1",
      paramLabel = "TABLE",
      description = "The table to walk over; schema.table where needed.")
  private String table;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "COLUMN",
      description = "The key to walk by; several with commas (default: the primary key).")
  private @Nullable String column;

  @ArgGroup(exclusive = true)
  private @Nullable JobArguments arguments;

  @Option(
      names = "--job-interval",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Start a job each 120s, 2m, …; without it jobs run back to back.")
  private @Nullable Duration jobInterval;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Rows of a job (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--sub-batch-size",
      paramLabel = "N",
      defaultValue = "100",
      description = "Rows of a transaction (default: ${DEFAULT-VALUE}).")
  private int subBatchSize;

  @Option(
      names = "--max-batch-size",
      paramLabel = "N",
      description = "Limit for batches that grow (default: none).")
  private @Nullable Integer maxBatchSize;

  @Option(
      names = "--pause-ms",
      paramLabel = "MS",
      defaultValue = "100",
      description = "Between sub-batches (default: ${DEFAULT-VALUE}).")
  private int pauseMs;

  @Option(
      names = "--batch-min-value",
      paramLabel = "KEY",
      description = "First key (default: the table's first).")
  private @Nullable String minValue;

  @Option(
      names = "--batch-max-value",
      paramLabel = "KEY",
      description = "Last key (default: the table's last now).")
  private @Nullable String maxValue;

  @Option(
      names = "--gitlab-schema",
      paramLabel = "SCHEMA",
      description = "Checked against the dictionary (default: what that says).")
  private @Nullable String gitlabSchema;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      defaultValue = "1",
      description = "Jobs side by side, 1 to 32 (default: ${DEFAULT-VALUE}).")
  private int lanes;

  @Option(
      names = "--database",
      paramLabel = "NAME",
      description = "Where to queue it (default: where the table's gitlab_schema lives).")
  private @Nullable String database;

  @Option(
      names = "--once-per-place",
      description = "For a table of gitlab_shared: one migration in each database.")
  private boolean oncePerPlace;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Surroundings surroundings;

  QueueCommand(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  private record Queued(List<Outcome> migrations) {}

  @Override
  public Integer call() {
    List<QueuedMigration> queued =
        new QueueTarget(databases, table, gitlabSchema, oncePerPlace)
            .choose(database).stream().map(DatabaseSettings::name).map(this::queueIn).toList();
    output.print(
        new Queued(
            queued.stream().map(it -> new Outcome(it.id(), it.status(), it.created())).toList()),
        () -> queued.stream().map(QueueCommand::line).collect(Collectors.joining("\n")));
    return ExitCode.DONE.code();
  }

  private QueuedMigration queueIn(String name) {
    return databases.change(
        name,
        session -> {
          var migrations = session.getMapper(MigrationMapper.class);
          return migrations.loadQueued(migrations.queue(request(session)));
        });
  }

  private QueueRequest request(SqlSession session) {
    return new QueueRequest(
        jobClass,
        table,
        column,
        arguments == null
            ? "[]"
            : arguments.asJson(
                () -> session.getMapper(MigrationMapper.class).findArgumentTypes(jobClass)),
        seconds(jobInterval),
        minValue,
        maxValue,
        batchSize,
        subBatchSize,
        maxBatchSize,
        pauseMs,
        gitlabSchema,
        lanes,
        null,
        surroundings.user(),
        oncePerPlace);
  }

  private static @Nullable Long seconds(@Nullable Duration interval) {
    if (interval == null) {
      return null;
    }
    if (interval.toMillisPart() != 0) {
      throw ApplicationException.of(
          ErrorCode.INVALID_OPTION,
          "--job-interval must be whole seconds, not %d ms".formatted(interval.toMillis()),
          "leave it out to run jobs back to back");
    }
    return interval.toSeconds();
  }

  private static String line(QueuedMigration it) {
    if (!it.created()) {
      return "%s is queued already (%s)".formatted(it.id(), it.status().word());
    }
    return it.status() == MigrationStatus.FINISHED
        ? it.id() + " (finished: the table is empty)"
        : "queued %s (%s)".formatted(it.id(), it.status().word());
  }
}
