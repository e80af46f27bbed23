package dev.bbm.activities.migration;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failure.SqlStates;
import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.SliceOutcome;
import dev.bbm.workflows.migration.SliceRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;

/**
 * A worker for tests, without Temporal and without a watcher: it works by the real claims and
 * sub-batches, and keeps its connection and every token that it was given for ever.
 */
public final class TokenKeeper implements AutoCloseable {

  /**
   * A job that was claimed, and the sub-batch to run next.
   *
   * @param after where the job begins
   * @param through null at the job's end
   */
  public record Grip(
      String uid,
      OwnershipToken token,
      String claim,
      long job,
      String after,
      String cursor,
      @Nullable String through) {}

  private final String name;
  private final Database database;
  private final BoundJobs jobs;
  private final AtomicInteger claims = new AtomicInteger();

  /** Connects by these settings for ever. */
  public TokenKeeper(DatabaseSettings settings, String name, JobClasses classes) {
    this.name = name;
    this.database = OpenDatabase.of(settings, "bbm/" + name, List.of());
    this.jobs = new BoundJobs(classes);
  }

  /** What the database says now of a gitlab_schema's owner, whoever that is. */
  public OwnershipToken token(String gitlabSchema) {
    return database
        .transactions()
        .reading(session -> session.getMapper(OwnershipMapper.class).listOwnership())
        .stream()
        .filter(row -> row.gitlabSchema().equals(gitlabSchema))
        .map(row ->
            row.token(row.ownerDatabase().equals("*") ? database.name() : row.ownerDatabase()))
        .findFirst()
        .orElseThrow();
  }

  /** Claims the first lane's job as a new attempt; empty when there is nothing to run now. */
  public Optional<Grip> claim(String uid, OwnershipToken token) {
    ClaimRequest request = request(uid, token);
    ClaimedJob claimed =
        database
            .transactions()
            .inTransaction(session -> session.getMapper(SliceMapper.class).claim(request));
    if (!claimed.verdict().equals("run")) {
      return Optional.empty();
    }
    return Optional.of(
        new Grip(
            uid,
            token,
            request.claim(),
            Objects.requireNonNull(claimed.jobId()),
            Objects.requireNonNull(claimed.jobAfter()),
            Objects.requireNonNull(claimed.cursor()),
            claimed.bound()));
  }

  /** Runs the sub-batch that the grip is at, and returns the grip at the next one. */
  public Grip runSubBatch(Grip grip) {
    BoundJob job = job(grip.uid()).orElseThrow();
    String through = Objects.requireNonNull(grip.through());
    try (SqlSession session = database.transactions().open()) {
      String next =
          new SubBatchTransaction(
                  session, job, new ClaimedRange(grip.uid(), grip.job(), grip.after()))
              .run(
                  new OpenSubBatch(grip.job(), grip.claim(), grip.cursor(), grip.token()),
                  job.key().range(grip.cursor(), through),
                  through);
      return new Grip(
          grip.uid(), grip.token(), grip.claim(), grip.job(), grip.after(), through, next);
    } catch (RuntimeException thrown) {
      throw SqlStates.translate(database.name(), thrown);
    }
  }

  /** Runs one slice as the activity does. */
  public SliceOutcome runSlice(String uid, OwnershipToken token) {
    return new Slice(
            database.transactions(),
            request(uid, token),
            job(uid).orElse(null),
            new QuietHeartbeat(),
            InstantSource.system(),
            SliceMeter.NONE)
        .run();
  }

  /** Runs slices until the migration stops being active, and returns what it is then. */
  public MigrationStatus runToItsEnd(String uid, OwnershipToken token) {
    while (true) {
      switch (runSlice(uid, token)) {
        case SliceOutcome.Advanced _ -> {}
        case SliceOutcome.Waiting waiting -> throw new IllegalStateException(waiting.toString());
        case SliceOutcome.Held held -> throw new IllegalStateException(held.reason());
        case SliceOutcome.LaneDone done -> {
          return done.view().status();
        }
        case SliceOutcome.Stopped stopped -> {
          return stopped.view().status();
        }
      }
    }
  }

  private ClaimRequest request(String uid, OwnershipToken token) {
    return new ClaimRequest(
        uid,
        1,
        "%s/%d#1".formatted(name, claims.incrementAndGet()),
        name,
        job(uid).map(BoundJob::hash).orElse(null),
        Integer.MAX_VALUE,
        token);
  }

  private Optional<BoundJob> job(String uid) {
    var request = new SliceRequest(uid, "", 1);
    return jobs.find(database, request);
  }

  @Override
  public void close() {
    database.close();
  }
}
