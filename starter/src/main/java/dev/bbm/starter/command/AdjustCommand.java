package dev.bbm.starter.command;

import dev.bbm.activities.migration.Adjustment;
import dev.bbm.activities.migration.OperatorMapper;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Changes the sizes and the pacing of a migration that runs. */
@Prototype
@Command(
    name = "adjust",
    description = "Change sizes and pacing of a migration, from its next job on.",
    footer = {
      "",
      "What is not given stays. Changes the migration's row: works while Temporal is down."
    },
    exitCodeList = {
      "0:done, or it was so already",
      "2:no such migration or database, sizes that do not fit",
      "3:refused: nothing of it is left to run",
      "69:its database does not answer"
    })
final class AdjustCommand implements Callable<Integer> {

  /** When the next job starts. */
  static final class Pacing {
    @Option(
        names = "--job-interval",
        paramLabel = "DURATION",
        converter = DurationConverter.class,
        description = "Start a job each 120s, 2m, ….")
    private @Nullable Duration interval;

    @Option(names = "--adaptive", description = "Run jobs back to back, each of about 30 s.")
    private boolean adaptive;
  }

  @Spec private CommandSpec spec;

  @Mixin private MigrationArgument argument;

  @Option(names = "--batch-size", paramLabel = "N", description = "Rows of a job.")
  private @Nullable Integer batchSize;

  @Option(names = "--sub-batch-size", paramLabel = "N", description = "Rows of a transaction.")
  private @Nullable Integer subBatchSize;

  @Option(
      names = "--max-batch-size",
      paramLabel = "N",
      description = "Limit for batches that grow.")
  private @Nullable Integer maxBatchSize;

  @Option(names = "--pause-ms", paramLabel = "MS", description = "Between sub-batches.")
  private @Nullable Integer pauseMs;

  @Option(names = "--lanes", paramLabel = "N", description = "Jobs side by side, 1 to 32.")
  private @Nullable Integer lanes;

  @ArgGroup(exclusive = true)
  private @Nullable Pacing pacing;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Shown by events.")
  private @Nullable String reason;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Surroundings surroundings;

  AdjustCommand(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  private record Adjusted(String id, boolean changed, String changes) {}

  @Override
  public Integer call() {
    MigrationId migration = argument.find(databases);
    Adjustment adjustment = adjustment(migration.number());
    Optional<String> changes =
        databases.change(
            migration.database(),
            session -> session.getMapper(OperatorMapper.class).adjust(adjustment));
    output.print(
        new Adjusted(migration.toString(), changes.isPresent(), changes.orElse("")),
        () ->
            "%s %s"
                .formatted(migration, changes.map("adjusted: "::concat).orElse("was so already")));
    return ExitCode.DONE.code();
  }

  private Adjustment adjustment(long number) {
    Duration interval = pacing == null ? null : pacing.interval;
    if (interval != null && interval.toMillisPart() != 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--job-interval must be whole seconds, not %d ms".formatted(interval.toMillis()));
    }
    var adjustment =
        new Adjustment(
            number,
            batchSize,
            subBatchSize,
            maxBatchSize,
            pauseMs,
            lanes,
            interval == null ? null : interval.toSeconds(),
            pacing != null && pacing.adaptive,
            reason,
            surroundings.user());
    if (batchSize == null
        && subBatchSize == null
        && maxBatchSize == null
        && pauseMs == null
        && lanes == null
        && pacing == null) {
      throw new ParameterException(
          spec.commandLine(), "nothing to adjust; give --batch-size, --lanes, … what it shall be");
    }
    return adjustment;
  }
}
