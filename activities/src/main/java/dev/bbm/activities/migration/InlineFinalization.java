package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.MigrationView;
import dev.bbm.workflows.migration.SliceOutcome;
import dev.bbm.workflows.migration.SliceRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is left of a migration in this process, lane by lane, through the same claims, gate and
 * sub-batches as a worker; so a worker that runs meanwhile does no harm, and none is needed.
 */
public final class InlineFinalization {

  private static final int TRIES = 20;
  private static final int BETWEEN_TRIES_MS = 500;

  private final Database database;
  private final BoundJobs jobs;
  private final String name;
  private final InstantSource clock;
  private final AtomicInteger slices = new AtomicInteger();

  /**
   * Connects to nothing yet.
   *
   * @param name of this process in claims and events; no other may have it
   */
  public InlineFinalization(Database database, BoundJobs jobs, String name, InstantSource clock) {
    this.database = database;
    this.jobs = jobs;
    this.name = name;
    this.clock = clock;
  }

  /**
   * Returns when every job has succeeded; a migration that is finished already stays as it is. When
   * it throws, what is left is the workers' again.
   *
   * @param waiting told who finalizes it first: another process, which may be dead for 90 s
   */
  public void run(long number, Consumer<MigrationView> progress, Consumer<String> waiting) {
    if (isFinished(load(number))) {
      return;
    }
    awaitTurn(number, waiting);
    try {
      progress.accept(load(number));
      runToItsEnd(number, progress);
    } catch (RuntimeException failure) {
      giveBack(number, failure);
      throw failure;
    }
    end(number, "finalized");
  }

  private void awaitTurn(long number, Consumer<String> waiting) {
    String told = "";
    for (String other = begin(number); other != null; other = begin(number)) {
      if (!other.equals(told)) {
        waiting.accept(other);
        told = other;
      }
      QuietHeartbeat.sleep(BETWEEN_TRIES_MS);
    }
  }

  private @Nullable String begin(long number) {
    return database
        .transactions()
        .inTransaction(session ->
            Optional.ofNullable(session.getMapper(FinalizerMapper.class).begin(number, name)))
        .orElse(null);
  }

  /** The failure counts; when the database does not answer, the workers go on after 90 s. */
  private void giveBack(long number, RuntimeException failure) {
    try {
      end(number, String.valueOf(failure.getMessage()));
    } catch (ApplicationException unreachable) {
      failure.addSuppressed(unreachable);
    }
  }

  private void end(long number, String reason) {
    change(session -> session.getMapper(FinalizerMapper.class).end(number, name, reason));
  }

  private void runToItsEnd(long number, Consumer<MigrationView> progress) {
    MigrationView view = load(number);
    while (view.status() == MigrationStatus.FINALIZING) {
      runLanes(view, progress);
      view = load(number);
      if (view.status() == MigrationStatus.FINALIZING) {
        // A lane found nothing while another was still busy with what it then left.
        QuietHeartbeat.sleep(BETWEEN_TRIES_MS);
      }
    }
    if (!isFinished(view)) {
      throw ApplicationException.of(
          ErrorCode.MIGRATION_FAILED,
          "%s %s on table \"%s\" is %s%s"
              .formatted(
                  view.id(),
                  view.jobClassName(),
                  view.tableName(),
                  view.status().word(),
                  view.reason() == null ? "" : ": " + view.reason()),
          "./bbm events %s".formatted(view.id()));
    }
  }

  private void runLanes(MigrationView view, Consumer<MigrationView> progress) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> running =
          IntStream.rangeClosed(1, view.lanes())
              .mapToObj(
                  lane -> CompletableFuture.runAsync(() -> runLane(view, lane, progress), threads))
              .toList();
      running.forEach(InlineFinalization::join);
    }
  }

  private static void join(CompletableFuture<Void> lane) {
    try {
      lane.join();
    } catch (CompletionException ended) {
      if (ended.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw ended;
    }
  }

  private void runLane(MigrationView view, int lane, Consumer<MigrationView> progress) {
    int failures = 0;
    while (true) {
      try {
        SliceOutcome outcome = runSlice(view, lane);
        failures = 0;
        switch (outcome) {
          case SliceOutcome.Advanced advanced -> progress.accept(advanced.view());
          case SliceOutcome.Waiting _, SliceOutcome.LaneDone _, SliceOutcome.Stopped _ -> {
            return;
          }
          case SliceOutcome.Held held -> throw held(held);
        }
      } catch (ApplicationException failure) {
        failures++;
        if (failures >= TRIES || !passes(failure.code())) {
          throw failure;
        }
        QuietHeartbeat.sleep(BETWEEN_TRIES_MS);
      }
    }
  }

  /** What two transactions that meet do to each other, a worker's slice among them. */
  private static boolean passes(ErrorCode code) {
    return switch (code) {
      case LOCK_TIMEOUT,
          STATEMENT_TIMEOUT,
          DEADLOCK,
          SERIALIZATION_FAILURE,
          CURSOR_MOVED,
          SERVER_ERROR ->
          true;
      default -> false;
    };
  }

  private static ApplicationException held(SliceOutcome.Held held) {
    return ApplicationException.of(
        ErrorCode.NOT_FINISHED,
        "%s cannot be finalized now: %s".formatted(held.view().id(), held.reason()),
        "./bbm status %s".formatted(held.view().id()));
  }

  private SliceOutcome runSlice(MigrationView view, int lane) {
    var request = new SliceRequest(view.uid(), view.jobClassName(), lane);
    BoundJob job = jobs.find(database, request).orElse(null);
    var claim =
        new ClaimRequest(
            view.uid(),
            lane,
            "%s/%d#1".formatted(name, slices.incrementAndGet()),
            name,
            job == null ? null : job.hash(),
            Integer.MAX_VALUE,
            token(view.gitlabSchema()));
    return new Slice(
            database.transactions(), claim, job, new QuietHeartbeat(), clock, SliceMeter.NONE)
        .run();
  }

  /** Of the name that owns the schema at this place, which need not be this connection's. */
  private OwnershipToken token(String gitlabSchema) {
    OwnershipRow row =
        database
            .transactions()
            .reading(session -> session.getMapper(OwnershipMapper.class).listOwnership())
            .stream()
            .filter(owned -> owned.gitlabSchema().equals(gitlabSchema))
            .findFirst()
            .orElseThrow(() ->
                ApplicationException.of(
                    ErrorCode.OWNERSHIP_LOST,
                    "gitlab_schema \"%s\" does not live in database \"%s\""
                        .formatted(gitlabSchema, database.name()),
                    "./bbm db ownership"));
    return row.token(row.ownerDatabase().equals("*") ? database.name() : row.ownerDatabase());
  }

  private MigrationView load(long number) {
    return database
        .transactions()
        .reading(session -> session.getMapper(MigrationMapper.class).findByNumber(number))
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.MIGRATION_NOT_FOUND,
                "migration %d was deleted".formatted(number),
                "./bbm list"));
  }

  private void change(Function<SqlSession, @Nullable Object> change) {
    database.transactions().inTransaction(session -> String.valueOf(change.apply(session)));
  }

  private static boolean isFinished(MigrationView view) {
    return view.status() == MigrationStatus.FINISHED || view.status() == MigrationStatus.FINALIZED;
  }
}
