package dev.bbm.activities.migration;

import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.failure.SqlStates;
import dev.bbm.activities.topology.Transactions;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.MigrationView;
import dev.bbm.workflows.migration.SliceOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of one slice: claims jobs of its lane and runs their sub-batches until its time is
 * over.
 */
final class Slice {

  private static final Logger log = LoggerFactory.getLogger(Slice.class);

  private static final Duration LENGTH = Duration.ofSeconds(30);

  private final Transactions transactions;
  private final ClaimRequest request;
  private final @Nullable BoundJob job;
  private final Heartbeat heartbeat;
  private final InstantSource clock;
  private final SliceMeter meter;
  private final Instant end;

  /** A null job: this worker knows no such job class, which the claim answers with a hold. */
  Slice(
      Transactions transactions,
      ClaimRequest request,
      @Nullable BoundJob job,
      Heartbeat heartbeat,
      InstantSource clock,
      SliceMeter meter) {
    this.transactions = transactions;
    this.request = request;
    this.job = job;
    this.heartbeat = heartbeat;
    this.clock = clock;
    this.meter = meter;
    this.end = clock.instant().plus(LENGTH);
  }

  SliceOutcome run() {
    try {
      return runJobs();
    } catch (ApplicationException failure) {
      count(failure);
      if (failure.code() == ErrorCode.DRAINING) {
        return new SliceOutcome.Held(view(), Objects.requireNonNull(failure.getMessage()));
      }
      throw failure;
    }
  }

  private SliceOutcome runJobs() {
    while (true) {
      ClaimedJob claimed = claim();
      switch (claimed.verdict()) {
        case "run" -> runJob(claimed);
        case "interval" -> {
          return new SliceOutcome.Waiting(view(), Objects.requireNonNull(claimed.notBefore()));
        }
        case "held" -> {
          return new SliceOutcome.Held(view(), Objects.requireNonNull(claimed.reason()));
        }
        case "lane_done" -> {
          return new SliceOutcome.LaneDone(view());
        }
        default -> {
          return new SliceOutcome.Stopped(view());
        }
      }
      if (isOver()) {
        return new SliceOutcome.Advanced(view());
      }
    }
  }

  private ClaimedJob claim() {
    heartbeat.statementBegins();
    try {
      return transactions.inTransaction(
          session -> session.getMapper(SliceMapper.class).claim(request));
    } finally {
      heartbeat.statementEnds();
    }
  }

  /**
   * Runs the job to its end, or to the end of the slice's time, and gives its claim back in order.
   */
  private void runJob(ClaimedJob claimed) {
    BoundJob bound = Objects.requireNonNull(job, "a job of an unknown class was claimed");
    long id = Objects.requireNonNull(claimed.jobId());
    try (SqlSession session = transactions.open()) {
      var range = new ClaimedRange(request.uid(), id, Objects.requireNonNull(claimed.jobAfter()));
      runSubBatches(new SubBatchTransaction(session, bound, range), bound, claimed, id);
    } catch (RuntimeException thrown) {
      settle(id, SqlStates.translate(request.token().database(), thrown));
      return;
    }
    release(id);
  }

  private void runSubBatches(
      SubBatchTransaction transaction, BoundJob bound, ClaimedJob claimed, long id) {
    String cursor = Objects.requireNonNull(claimed.cursor());
    String through = transaction.firstBound(cursor, Objects.requireNonNull(claimed.bound()));
    int pause = Objects.requireNonNull(claimed.pauseMs());
    while (through != null) {
      SubBatchRange range = bound.key().range(cursor, through);
      var open = new OpenSubBatch(id, request.claim(), cursor, request.token());
      heartbeat.statementBegins();
      String next;
      try {
        next = transaction.run(open, range, through);
      } finally {
        heartbeat.statementEnds();
      }
      meter.subBatchCommitted(request.token());
      log.debug("Job {} of {} advanced to {}", id, request.uid(), through);
      cursor = through;
      through = next;
      if (through != null && isOver()) {
        return;
      }
      if (through != null && pause > 0) {
        heartbeat.pause(pause);
      }
    }
  }

  private boolean isOver() {
    return heartbeat.shouldStop() || !clock.instant().isBefore(end);
  }

  /**
   * The job's own failures are recorded as its attempts; all others are thrown for Temporal to
   * retry.
   */
  private void settle(long id, ApplicationException failure) {
    if (failure.code() == ErrorCode.NOT_ACTIVE) {
      count(failure);
      release(id);
      return;
    }
    if (!isCharged(failure)) {
      releaseQuietly(id, failure);
      throw failure;
    }
    var failed =
        new FailedJob(
            id,
            request.claim(),
            failure.code().name(),
            Objects.requireNonNullElse(failure.getMessage(), failure.code().name()),
            failure.sqlState().orElse(null),
            request.token());
    log.warn("Job {} of {} failed: {}", id, request.uid(), failure.getMessage());
    transactions.inTransaction(session -> session.getMapper(SliceMapper.class).fail(failed));
  }

  /** BM0…: the gate's refusals, and those of open_sub_batch. */
  private void count(ApplicationException failure) {
    failure
        .sqlState()
        .filter(state -> state.startsWith("BM0"))
        .ifPresent(state -> meter.refused(request.token(), state));
  }

  /** What a retry at the same place cannot heal, and a timeout of the job's own statement. */
  private static boolean isCharged(ApplicationException failure) {
    return switch (failure.code().category()) {
      case USER, CONFLICT, INTERNAL -> true;
      case UNAVAILABLE -> false;
      case TRANSIENT ->
          failure.code() == ErrorCode.STATEMENT_TIMEOUT || failure.code() == ErrorCode.SERVER_ERROR;
    };
  }

  private void release(long id) {
    transactions.inTransaction(
        session -> session.getMapper(SliceMapper.class).release(id, request.claim()));
  }

  /**
   * The failure that ended the slice counts; when even the release fails, the claim stays and a
   * later attempt takes over.
   */
  private void releaseQuietly(long id, ApplicationException ended) {
    try {
      release(id);
    } catch (ApplicationException failure) {
      ended.addSuppressed(failure);
    }
  }

  private MigrationView view() {
    MigrationView view =
        transactions.reading(session ->
            session
                .getMapper(MigrationMapper.class)
                .findByUid(request.uid())
                .orElseThrow(() ->
                    ApplicationException.of(
                        ErrorCode.MIGRATION_NOT_FOUND,
                        "migration %s was deleted".formatted(request.uid()))));
    meter.seen(view);
    return view;
  }
}
