package dev.bbm.starter.topology;

import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.topology.Witness.Verdict;
import dev.bbm.workflows.ownership.TaskQueues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the schemas of a promoted server may be taken over on its new timeline, by what every
 * other configured server says. Shared schemas do not count, since every place has them.
 */
public final class PromotionCheck {

  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** undefined_table, invalid_schema_name: a server that answers, without schema bbm. */
  private static final Set<String> STATES_OF_ABSENCE = Set.of("42P01", "3F000");

  private final Database promoted;
  private final List<Database> databases;

  /**
   * A check that has asked nobody yet.
   *
   * @param promoted leads to the promoted server
   * @param databases all that are configured
   */
  public PromotionCheck(Database promoted, List<Database> databases) {
    this.promoted = promoted;
    this.databases = List.copyOf(databases);
  }

  /** The rows of a promoted server that wait for its database to take them over. */
  public static List<OwnershipRow> waiting(List<OwnershipRow> rows, String database) {
    return rows.stream()
        .filter(row -> row.state().equals("ACTIVE") && row.isOnAnotherTimeline())
        .filter(row -> Set.of("*", database).contains(row.ownerDatabase()))
        .toList();
  }

  /** What each other server says; {@code rows} are those of the promoted one. */
  public List<Witness> ask(List<OwnershipRow> rows) {
    var witnesses = new ArrayList<Witness>();
    placeOfAnother(rows).ifPresent(witnesses::add);
    Set<String> own = urls(promoted);
    Set<String> asked = new HashSet<>(Set.of(promoted.current().url()));
    for (Database database : ownFirst()) {
      for (EndpointView view : new EndpointLooks(database).look(LONGEST)) {
        if (asked.add(view.endpoint().url())) {
          witnesses.add(
              switch (view) {
                case EndpointView.Silent silent -> silent(database, silent, own);
                case EndpointView.Answered answered -> answered(database, answered, rows);
              });
        }
      }
    }
    return witnesses;
  }

  private List<Database> ownFirst() {
    var sorted = new ArrayList<>(databases);
    sorted.remove(promoted);
    sorted.addFirst(promoted);
    return sorted;
  }

  private static Set<String> urls(Database database) {
    return database.settings().endpoints().stream().map(Address::url).collect(Collectors.toSet());
  }

  /**
   * Several names share the place. Where its first name does not know the promoted server, that is
   * no replica of the place but the copy which a failover was to adopt.
   */
  private Optional<Witness> placeOfAnother(List<OwnershipRow> rows) {
    return rows.stream()
        .map(OwnershipRow::placeName)
        .filter(first -> first != null && !first.equals(promoted.name()))
        .flatMap(first -> databases.stream().filter(it -> it.name().equals(first)))
        .filter(first -> !urls(first).contains(promoted.current().url()))
        .findFirst()
        .map(first ->
            new Witness(
                promoted.name(),
                promoted.current().url(),
                Verdict.PERSON_DECIDES,
                "is a copy of the place of database %s, which does not list it as an endpoint: it was promoted without a failover"
                    .formatted(first.name())));
  }

  private static Witness silent(Database database, EndpointView.Silent silent, Set<String> own) {
    String server = silent.endpoint().url();
    if (silent.why().sqlState().filter(STATES_OF_ABSENCE::contains).isPresent()) {
      return new Witness(database.name(), server, Verdict.FINE, "has no schema bbm");
    }
    return own.contains(server)
        ? new Witness(
            database.name(), server, Verdict.FINE, "does not answer, like a primary that failed")
        : new Witness(database.name(), server, Verdict.PERSON_DECIDES, "does not answer");
  }

  private Witness answered(
      Database database, EndpointView.Answered answered, List<OwnershipRow> rows) {
    String server = answered.endpoint().url();
    if (answered.rows().stream().anyMatch(OwnershipRow::inRecovery)) {
      return new Witness(database.name(), server, Verdict.FINE, "is a standby");
    }
    List<Rival> rivals =
        rows.stream()
            .filter(row -> row.state().equals("ACTIVE") && row.isOnAnotherTimeline())
            .filter(row -> !TaskQueues.isShared(row.gitlabSchema()))
            .flatMap(here ->
                answered.rows().stream()
                    .filter(there -> there.gitlabSchema().equals(here.gitlabSchema()))
                    .filter(there -> !there.state().equals("RETIRED"))
                    .map(there -> new Rival(here, there)))
            .toList();
    if (rivals.isEmpty()) {
      return new Witness(database.name(), server, Verdict.FINE, "owns none of its schemas");
    }
    if (SameServer.test(
        promoted.lookAt(promoted.current()), database.lookAt(answered.endpoint()))) {
      return new Witness(database.name(), server, Verdict.FINE, "is the same server");
    }
    return rivals.stream()
        .filter(rival -> !rival.isMoved())
        .findFirst()
        .map(rival -> new Witness(database.name(), server, Verdict.REFUSED, rival.sentence()))
        .orElseGet(() -> moved(database.name(), server, rivals));
  }

  private static Witness moved(String database, String server, List<Rival> rivals) {
    List<String> schemas = rivals.stream().map(it -> it.here().gitlabSchema()).toList();
    return new Witness(
        database,
        server,
        Verdict.PERSON_DECIDES,
        "owns %s by a failover of which this place has lost the decision"
            .formatted(String.join(", ", schemas)),
        schemas);
  }

  /** A schema that both servers have. */
  private record Rival(OwnershipRow here, OwnershipRow there) {

    /** It was activated there, after it was fenced here in what is lost. */
    boolean isMoved() {
      return there.state().equals("ACTIVE")
          && !there.place().equals(here.place())
          && there.epoch() > here.epoch();
    }

    String sentence() {
      return switch (there.state()) {
        case "FENCED", "READY" ->
            "has %s as %s, so a failover is under way: ./bbm failover resume, or ./bbm failover abort"
                .formatted(there.gitlabSchema(), there.state());
        default ->
            "takes writes, and has %s as %s at epoch %d: stop the server that is wrong"
                .formatted(there.gitlabSchema(), there.state(), there.epoch());
      };
    }
  }
}
