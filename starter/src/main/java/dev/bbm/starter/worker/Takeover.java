package dev.bbm.starter.worker;

import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.ownership.TaskQueues;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows an ordinary promotion of one database: after 10 s on another timeline its schemas take
 * the new one, unless a failover may be under way or another server might own them.
 */
final class Takeover {

  private static final Logger log = LoggerFactory.getLogger(Takeover.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Database database;
  private final List<Database> others;
  private final BooleanSupplier failoverMayRun;
  private final String worker;
  private final InstantSource clock;
  private @Nullable Instant seenAt;
  private String lastHindrance = "";

  /**
   * @param others every other configured database
   * @param failoverMayRun whether Temporal runs a failover, or cannot be asked
   */
  Takeover(
      Database database,
      List<Database> others,
      BooleanSupplier failoverMayRun,
      String worker,
      InstantSource clock) {
    this.database = database;
    this.others = others;
    this.failoverMayRun = failoverMayRun;
    this.worker = worker;
    this.clock = clock;
  }

  void consider(List<OwnershipRow> rows) {
    List<OwnershipRow> promoted = rows.stream().filter(this::isOursOnAnotherTimeline).toList();
    if (promoted.isEmpty()) {
      seenAt = null;
      return;
    }
    if (seenAt == null) {
      seenAt = clock.instant();
      log.warn(
          "Database {} was promoted; its schemas are taken over in 10 s if nothing speaks against it",
          database.name());
    }
    if (clock.instant().isBefore(seenAt.plus(PATIENCE))) {
      return;
    }
    hindrance(promoted).ifPresentOrElse(this::report, this::takeOver);
  }

  private boolean isOursOnAnotherTimeline(OwnershipRow row) {
    return row.state().equals("ACTIVE")
        && row.isOnAnotherTimeline()
        && (row.ownerDatabase().equals("*") || row.ownerDatabase().equals(database.name()));
  }

  private Optional<String> hindrance(List<OwnershipRow> promoted) {
    if (promoted.stream().anyMatch(OwnershipRow::failoverUndecided)) {
      return Optional.of("the journal shows an undecided failover");
    }
    if (failoverMayRun.getAsBoolean()) {
      return Optional.of("Temporal runs a failover, or does not answer");
    }
    return others.stream().flatMap(other -> claimOf(other, promoted).stream()).findFirst();
  }

  /** Why another configured server might own one of the schemas, or nothing. */
  private static Optional<String> claimOf(Database other, List<OwnershipRow> promoted) {
    List<OwnershipRow> rows;
    try {
      rows =
          other
              .transactions()
              .reading(session -> session.getMapper(OwnershipMapper.class).listOwnership());
    } catch (ApplicationException silent) {
      return Optional.of("database %s does not answer".formatted(other.name()));
    }
    return rows.stream()
        .filter(row -> !row.inRecovery() && !row.state().equals("RETIRED"))
        .filter(row -> !TaskQueues.isShared(row.gitlabSchema()))
        .filter(row -> promoted.stream().anyMatch(ours -> contradicts(ours, row)))
        .findFirst()
        .map(row ->
            "database %s has %s as %s".formatted(other.name(), row.gitlabSchema(), row.state()));
  }

  /**
   * Another place says that it has the same schema; the same place is our own server under another
   * name.
   */
  private static boolean contradicts(OwnershipRow ours, OwnershipRow row) {
    return ours.gitlabSchema().equals(row.gitlabSchema()) && !ours.place().equals(row.place());
  }

  private void takeOver() {
    String taken =
        database
            .transactions()
            .inTransaction(session ->
                session.getMapper(OwnershipMapper.class).takeOverTimeline(database.name(), worker));
    log.warn(
        "Worker {} took over {} of database {} on its new timeline",
        worker,
        taken,
        database.name());
    lastHindrance = "";
    seenAt = null;
  }

  private void report(String hindrance) {
    if (!hindrance.equals(lastHindrance)) {
      log.error(
          "Database {} was promoted, and is not taken over: {}; a person must decide: ./bbm failover takeover {}",
          database.name(),
          hindrance,
          database.name());
      lastHindrance = hindrance;
    }
  }
}
