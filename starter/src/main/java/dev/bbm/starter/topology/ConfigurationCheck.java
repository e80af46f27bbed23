package dev.bbm.starter.topology;

import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.WrittenPlace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares what the configuration says of the databases with what they are: which names share one,
 * and who does the tasks of each. A database that does not answer only warns.
 */
public final class ConfigurationCheck {

  private static final String MAIN = "main";

  private final List<Database> databases;
  private final List<Finding> findings = new ArrayList<>();

  private ConfigurationCheck(List<Database> databases) {
    this.databases = databases;
  }

  /** Looks at all of them; changes nothing. */
  public static ConfigurationReport of(List<Database> databases) {
    return new ConfigurationCheck(databases).report();
  }

  private ConfigurationReport report() {
    var probe = new Probe(databases);
    Map<String, FoundDatabase> found = probe.found();
    checkMain();
    checkTasks(found.values());
    databases.forEach(it -> checkFallback(it.settings(), found));
    databases.forEach(it -> findings.addAll(EndpointFindings.of(it)));
    checkCopies(List.copyOf(found.values()));
    checkOwners(found.values());
    checkMoves(found);
    found.values().forEach(this::checkName);
    findings.addAll(probe.unreachable());
    found.values().stream().filter(FoundDatabase::readOnly).forEach(this::warnOfReadOnly);
    return new ConfigurationReport(
        databases.stream().map(Database::name).filter(found::containsKey).map(found::get).toList(),
        findings);
  }

  private void checkMain() {
    databases.stream()
        .map(Database::settings)
        .filter(it -> it.name().equals(MAIN) && !it.databaseTasks())
        .forEach(_ ->
            error(
                "database \"main\" has database_tasks: false, so nobody would migrate it",
                "remove databases.main.database_tasks"));
  }

  private void checkTasks(Collection<FoundDatabase> found) {
    found.stream()
        .filter(FoundDatabase::databaseTasks)
        .collect(Collectors.groupingBy(FoundDatabase::sameAs))
        .values()
        .stream()
        .filter(sharing -> sharing.size() > 1)
        .forEach(sharing ->
            error(
                "%s lead to one physical database and all have database_tasks: true, so it would be migrated more than once"
                    .formatted(named(sharing)),
                sharing.stream()
                    .skip(1)
                    .map(it -> "write databases.%s.database_tasks: false".formatted(it.name()))
                    .collect(Collectors.joining(", and ", "", ", or give another url"))));
  }

  private static String named(List<FoundDatabase> sharing) {
    return sharing.stream()
        .map(it -> "\"" + it.name() + "\"")
        .collect(Collectors.joining(" and ", "databases ", ""));
  }

  /** Without tasks of its own it must share the place of the database that does them. */
  private void checkFallback(DatabaseSettings database, Map<String, FoundDatabase> found) {
    String fallback = database.fallback() == null ? MAIN : database.fallback();
    if (database.databaseTasks() || database.name().equals(fallback)) {
      return;
    }
    Optional<DatabaseSettings> other =
        databases.stream()
            .map(Database::settings)
            .filter(it -> it.name().equals(fallback))
            .findFirst();
    if (other.isEmpty()) {
      error(
          "database \"%s\" has database_tasks: false, but database \"%s\", which should do its tasks, is not configured"
              .formatted(database.name(), fallback),
          "remove databases.%s.database_tasks, or configure %s"
              .formatted(database.name(), fallback));
    } else if (!other.get().databaseTasks()) {
      error(
          "databases \"%s\" and \"%s\" both have database_tasks: false, though the second should do the tasks of the first"
              .formatted(database.name(), fallback),
          "remove databases.%s.database_tasks".formatted(fallback));
    } else {
      checkSharing(database.name(), fallback, found);
    }
  }

  private void checkSharing(String name, String fallback, Map<String, FoundDatabase> found) {
    FoundDatabase here = found.get(name);
    FoundDatabase there = found.get(fallback);
    if (here != null && there != null && !here.sharesPlaceWith(there)) {
      error(
          "database \"%s\" has database_tasks: false, but leads to another physical database than \"%s\", so nobody would migrate it"
              .formatted(name, fallback),
          "remove databases.%s.database_tasks, or give it the database of %s"
              .formatted(name, fallback));
    }
  }

  /** One place on two servers that both take writes: a copy that was started by hand. */
  private void checkCopies(List<FoundDatabase> found) {
    for (int i = 0; i < found.size(); i++) {
      FoundDatabase one = found.get(i);
      for (FoundDatabase other : found.subList(i + 1, found.size())) {
        placeOfCopies(one, other)
            .ifPresent(place ->
                error(
                    "databases \"%s\" and \"%s\" are different servers, both take writes, and both say that they are place %s: one is a copy"
                        .formatted(one.name(), other.name(), place),
                    "stop the copy, or make it a database of its own by a failover"));
      }
    }
  }

  private static Optional<String> placeOfCopies(FoundDatabase one, FoundDatabase other) {
    return one.sharesPlaceWith(other)
        ? Optional.empty()
        : one.activePlace().filter(place -> other.activePlace().equals(Optional.of(place)));
  }

  /** A schema that is ACTIVE in two places: it was moved by configuration, without a failover. */
  private void checkOwners(Collection<FoundDatabase> found) {
    var places = new HashSet<String>();
    var owners = new TreeMap<String, List<String>>();
    found.stream()
        .filter(it -> it.activePlace().filter(places::add).isPresent())
        .forEach(it ->
            it.schemasOwned()
                .forEach(schema ->
                    owners.computeIfAbsent(schema, _ -> new ArrayList<>()).add(it.name())));
    owners.forEach((schema, names) -> {
      if (names.size() > 1) {
        error(
            "gitlab_schema \"%s\" is ACTIVE in the databases of %s, so workers would run its migrations in each"
                .formatted(schema, String.join(" and ", names)),
            "give %s back to %s in bbm.yml, and move it by a failover; ./bbm db ownership shows both"
                .formatted(schema, names.getFirst()));
      }
    });
  }

  /** A schema that the configuration gives to a new place while another one runs it. */
  private void checkMoves(Map<String, FoundDatabase> found) {
    databases.stream()
        .map(Database::settings)
        .filter(it -> found.containsKey(it.name()))
        .forEach(
            it -> checkMoves(it, Objects.requireNonNull(found.get(it.name())), found.values()));
  }

  private void checkMoves(
      DatabaseSettings configured, FoundDatabase there, Collection<FoundDatabase> found) {
    List<FoundDatabase> elsewhere =
        found.stream().filter(owner -> !owner.sharesPlaceWith(there)).toList();
    configured.gitlabSchemas().stream()
        .filter(schema -> !there.schemasKnown().contains(schema))
        .forEach(schema ->
            elsewhere.stream()
                .filter(owner -> owner.schemasOwned().contains(schema))
                .findFirst()
                .ifPresent(owner ->
                    error(
                        "gitlab_schema \"%s\" is configured for database \"%s\", but ACTIVE in \"%s\": both would run its migrations"
                            .formatted(schema, configured.name(), owner.name()),
                        "give %s back to %s in bbm.yml, and move it by a failover"
                            .formatted(schema, owner.name()))));
  }

  private void checkName(FoundDatabase database) {
    WrittenPlace written = database.written();
    if (written != null && !written.knows(database.name())) {
      warn(
          "the url of database \"%s\" leads to a database that is known as \"%s\""
              .formatted(database.name(), String.join("\" and \"", written.namesKnown())),
          "./bbm init, if that is meant");
    }
  }

  private void warnOfReadOnly(FoundDatabase database) {
    warn(
        "database \"%s\" is read-only: a standby, or a server that refuses writes"
            .formatted(database.name()),
        "give the primary's address");
  }

  private void error(String message, String remedy) {
    findings.add(Finding.error(message, remedy));
  }

  private void warn(String message, String remedy) {
    findings.add(Finding.warning(message, remedy));
  }
}
