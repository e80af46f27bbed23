package dev.bbm.starter.worker;

import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.topology.PromotionCheck;
import dev.bbm.starter.topology.Witness;
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
  private final PromotionCheck check;
  private final BooleanSupplier failoverMayRun;
  private final String worker;
  private final InstantSource clock;
  private @Nullable Instant seenAt;
  private String lastWait = "";

  /**
   * @param databases all that are configured
   * @param failoverMayRun whether Temporal runs a failover, or cannot be asked
   */
  Takeover(
      Database database,
      List<Database> databases,
      BooleanSupplier failoverMayRun,
      String worker,
      InstantSource clock) {
    this.database = database;
    this.check = new PromotionCheck(database, databases);
    this.failoverMayRun = failoverMayRun;
    this.worker = worker;
    this.clock = clock;
  }

  void consider(List<OwnershipRow> rows) {
    List<OwnershipRow> promoted = PromotionCheck.waiting(rows, database.name());
    if (promoted.isEmpty()) {
      seenAt = null;
      lastWait = "";
      return;
    }
    if (seenAt == null) {
      seenAt = clock.instant();
    }
    if (!database.settings().automaticTakeover()) {
      await("bbm.yml says takeover: manual");
    } else if (clock.instant().isBefore(seenAt.plus(PATIENCE))) {
      say(
          "workers take it over in %d s if nothing speaks against it"
              .formatted(PATIENCE.toSeconds()));
    } else {
      hindrance(rows).ifPresentOrElse(this::await, this::takeOver);
    }
  }

  private Optional<String> hindrance(List<OwnershipRow> rows) {
    if (rows.stream().anyMatch(OwnershipRow::failoverUndecided)) {
      return Optional.of("the journal shows an undecided failover: ./bbm failover resume");
    }
    if (failoverMayRun.getAsBoolean()) {
      return Optional.of("Temporal runs a failover, or does not answer");
    }
    return check.ask(rows).stream()
        .filter(witness -> witness.verdict() != Witness.Verdict.FINE)
        .findFirst()
        .map(Witness::sentence);
  }

  private void takeOver() {
    String taken =
        database
            .transactions()
            .inTransaction(session ->
                session
                    .getMapper(OwnershipMapper.class)
                    .takeOverTimeline(database.name(), worker, "[]"));
    log.warn(
        "Worker {} took over {} of database {} on its new timeline",
        worker,
        taken,
        database.name());
    lastWait = "";
    seenAt = null;
  }

  private void await(String hindrance) {
    say("%s; a person decides: ./bbm failover takeover %s".formatted(hindrance, database.name()));
  }

  /** Once per reason, in the log and as an event that status and db ownership show. */
  private void say(String wait) {
    if (wait.equals(lastWait)) {
      return;
    }
    log.warn("Database {} was promoted, and nothing of it runs: {}", database.name(), wait);
    lastWait = wait;
    database
        .transactions()
        .inTransaction(session ->
            session
                .getMapper(OwnershipMapper.class)
                .noteTakeoverWait(database.name(), worker, wait));
  }
}
