package dev.bbm.starter.topology;

import dev.bbm.activities.ownership.ConfiguredSchemas;
import dev.bbm.activities.topology.DatabaseSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which gitlab_schemas the configuration puts where, by the places that its names lead to. */
public final class SchemaPlaces {

  private final Map<String, String> places;
  private final List<DatabaseSettings> databases;

  /** Of the databases that have answered. */
  public SchemaPlaces(ConfigurationReport report, List<DatabaseSettings> databases) {
    this.places =
        report.databases().stream()
            .collect(Collectors.toMap(FoundDatabase::name, FoundDatabase::sameAs));
    this.databases = databases.stream().filter(it -> places.containsKey(it.name())).toList();
  }

  /** Whether there are two places or more: else every table lives at the only one. */
  public boolean areSeveral() {
    return Set.copyOf(places.values()).size() > 1;
  }

  /** The schemas as the place sees them that the name leads to. */
  public ConfiguredSchemas seenFrom(String name) {
    Set<String> here = schemas(at(name), DatabaseSettings::gitlabSchemas);
    Set<String> elsewhere = schemas(notAt(name), DatabaseSettings::gitlabSchemas);
    if (areSeveral()) {
      elsewhere.addAll(schemas(at(name), DatabaseSettings::lockGitlabSchemas));
    }
    return new ConfiguredSchemas(List.copyOf(here), List.copyOf(elsewhere));
  }

  /** The databases at other places than that to which the name leads. */
  public List<DatabaseSettings> notAt(String name) {
    return databases.stream().filter(it -> !isAt(name, it)).toList();
  }

  private List<DatabaseSettings> at(String name) {
    return databases.stream().filter(it -> isAt(name, it)).toList();
  }

  private boolean isAt(String name, DatabaseSettings database) {
    return String.valueOf(places.get(database.name())).equals(places.get(name));
  }

  private static Set<String> schemas(
      List<DatabaseSettings> databases, Function<DatabaseSettings, List<String>> which) {
    return databases.stream()
        .flatMap(it -> which.apply(it).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
