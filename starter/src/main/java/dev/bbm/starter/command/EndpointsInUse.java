package dev.bbm.starter.command;

import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.topology.EndpointChoice;
import dev.bbm.starter.topology.EndpointSelection;
import dev.bbm.starter.topology.EndpointSelection.Selected;
import dev.bbm.starter.topology.EndpointView;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** On which of its endpoints a command uses each database. */
final class EndpointsInUse {

  /** Longer than a server takes that is up; one that is down delays the command by so much. */
  private static final Duration LOOK = Duration.ofSeconds(3);

  private final Map<String, EndpointSelection> selections = new ConcurrentHashMap<>();
  private final Map<String, EndpointChoice> choices = new ConcurrentHashMap<>();

  /** Leads a database to the endpoint that owns it; where none does, to one that answers. */
  Database lead(Database database) {
    if (database.settings().endpoints().size() > 1) {
      Selected selected =
          selections
              .computeIfAbsent(database.name(), _ -> new EndpointSelection(database))
              .select(LOOK);
      choices.put(database.name(), selected.choice());
      if (selected.choice() instanceof EndpointChoice.Stay) {
        firstThatAnswers(selected, database.current()).ifPresent(database::useEndpoint);
      }
    }
    return database;
  }

  private static Optional<Address> firstThatAnswers(Selected selected, Address current) {
    List<Address> answering =
        selected.views().stream()
            .filter(EndpointView.Answered.class::isInstance)
            .map(EndpointView::endpoint)
            .toList();
    return answering.contains(current) ? Optional.empty() : answering.stream().findFirst();
  }

  /** Throws COPY_TAKES_WRITES where two servers say that they own the database. */
  void requireOne(String database) {
    if (choices.get(database) instanceof EndpointChoice.Ambiguous ambiguous) {
      throw ApplicationException.of(
          ErrorCode.COPY_TAKES_WRITES,
          "database \"%s\": %s".formatted(database, ambiguous.sentence()),
          "./bbm db validate-config");
    }
  }

  /** Whether a failover has given it a place of its own, of which it is the first name. */
  boolean hasPlaceOfItsOwn(String database) {
    return choices.get(database) instanceof EndpointChoice.Use use
        && use.view().rows().stream().anyMatch(row -> database.equals(row.placeName()));
  }

  /** Whether no server owns anything for it now: it is on its way from one to another. */
  boolean isOnItsWay(String database) {
    return choices.get(database) instanceof EndpointChoice.Stay;
  }
}
