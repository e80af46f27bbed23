package dev.bbm.starter.worker;

import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.topology.EndpointChoice;
import dev.bbm.starter.topology.EndpointSelection;
import dev.bbm.starter.topology.EndpointSelection.Selected;
import dev.bbm.starter.topology.EndpointView;
import dev.bbm.workflows.failure.ApplicationException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one database on the endpoint that owns it, and reads the ownership rows there. */
final class EndpointWatch {

  private static final Logger log = LoggerFactory.getLogger(EndpointWatch.class);

  /** A server that is down delays the watch by so much at most. */
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final Database database;
  private final EndpointSelection selection;
  private final String worker;
  private String lastAlarm = "";

  EndpointWatch(Database database, String worker) {
    this.database = database;
    this.selection = new EndpointSelection(database);
    this.worker = worker;
  }

  /**
   * The rows of the endpoint in use, none where two servers claim the same; throws where it does
   * not answer.
   */
  List<OwnershipRow> look() {
    if (database.settings().endpoints().size() == 1) {
      return database
          .transactions()
          .reading(session -> session.getMapper(OwnershipMapper.class).listOwnership());
    }
    Selected selected = selection.select(LONGEST);
    if (selected.moved()) {
      log.warn("Database {} is used at {} from now on", database.name(), database.current().url());
    }
    return switch (selected.choice()) {
      case EndpointChoice.Use use -> {
        warnOf(use.beside());
        yield use.view().rows();
      }
      case EndpointChoice.Stay _ -> rowsOfCurrent(selected.views());
      case EndpointChoice.Ambiguous ambiguous -> {
        alarm(ambiguous.sentence());
        yield List.of();
      }
    };
  }

  private List<OwnershipRow> rowsOfCurrent(List<EndpointView> views) {
    return switch (views.stream()
        .filter(view -> view.endpoint().equals(database.current()))
        .findFirst()
        .orElseThrow()) {
      case EndpointView.Answered answered -> answered.rows();
      case EndpointView.Silent silent -> throw silent.why();
    };
  }

  private void warnOf(@Nullable Address former) {
    if (former == null) {
      lastAlarm = "";
    } else {
      alarm(EndpointChoice.Use.sentence(former, database.current()));
    }
  }

  /** Once, in the log and as an event where that can be written. */
  private void alarm(String reason) {
    if (reason.equals(lastAlarm)) {
      return;
    }
    lastAlarm = reason;
    log.error("Database {}: {}", database.name(), reason);
    try {
      database
          .transactions()
          .inTransaction(session ->
              session.getMapper(OwnershipMapper.class).noteAlarm(database.name(), worker, reason));
    } catch (ApplicationException unwritten) {
      log.warn("The alarm is no event of database {}: {}", database.name(), unwritten.getMessage());
    }
  }
}
