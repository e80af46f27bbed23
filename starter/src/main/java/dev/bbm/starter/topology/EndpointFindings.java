package dev.bbm.starter.topology;

import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with the endpoints of one database; a standby among them is not. */
final class EndpointFindings {

  private static final Duration LONGEST = Duration.ofSeconds(3);

  private EndpointFindings() {}

  /** Nothing of a database with one endpoint, at which the rest of the check looks. */
  static List<Finding> of(Database database) {
    if (database.settings().endpoints().size() < 2) {
      return List.of();
    }
    List<EndpointView> views = new EndpointLooks(database).look(LONGEST);
    var findings = new ArrayList<Finding>();
    EndpointChoice choice =
        EndpointChoice.of(
            database.name(),
            database.current(),
            views,
            null,
            (one, other) -> SameServer.test(database.lookAt(one), database.lookAt(other)));
    switch (choice) {
      case EndpointChoice.Ambiguous ambiguous ->
          findings.add(
              Finding.error(
                  "database \"%s\": %s".formatted(database.name(), ambiguous.sentence()),
                  "stop the copy; until then workers run nothing of database \"%s\""
                      .formatted(database.name())));
      case EndpointChoice.Use use -> {
        Address former = use.beside();
        if (former != null) {
          findings.add(
              Finding.error(
                  "database \"%s\": %s"
                      .formatted(
                          database.name(),
                          EndpointChoice.Use.sentence(former, use.view().endpoint())),
                  "stop %s and rebuild it as a standby".formatted(former.url())));
        }
      }
      case EndpointChoice.Stay _ -> {}
    }
    views.stream()
        .flatMap(view -> promotedCopy(view, choice, database.name()).stream())
        .forEach(findings::add);
    views.stream()
        .filter(view -> !view.endpoint().equals(database.current()))
        .forEach(view -> {
          if (view instanceof EndpointView.Silent(Address endpoint, var why)) {
            findings.add(
                Finding.warning(
                    "endpoint %s of database \"%s\" is not checked: %s"
                        .formatted(endpoint.url(), database.name(), why.getMessage()),
                    why.hint().orElse("check its address in bbm.yml")));
          }
        });
    return findings;
  }

  /** A copy of the place beside its owner: it refuses all work, but somebody has promoted it. */
  private static Optional<Finding> promotedCopy(
      EndpointView view, EndpointChoice choice, String database) {
    return choice instanceof EndpointChoice.Use use
            && use.claim().valid()
            && view instanceof EndpointView.Answered answered
            && answered.claimFor(database).filter(claim -> !claim.valid()).isPresent()
        ? Optional.of(
            Finding.warning(
                "endpoint %s of database \"%s\" was promoted, and refuses all work beside %s"
                    .formatted(view.endpoint().url(), database, use.view().endpoint().url()),
                "rebuild it as a standby; or stop the other one, then ./bbm failover takeover "
                    + database))
        : Optional.empty();
  }
}
