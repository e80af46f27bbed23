package dev.bbm.starter.config;

import static java.util.function.Predicate.not;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.workflows.ownership.TaskQueues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which gitlab_schemas live in which configured database: its own, and those of every database that
 * is not configured and falls back to it.
 */
final class SchemaPlacement {

  private static final String MAIN = "main";

  private final Map<String, DatabaseSection> sections = new LinkedHashMap<>();
  private final Map<String, List<String>> placed = new LinkedHashMap<>();
  private final Path dictionary;
  private final Problems problems;

  private SchemaPlacement(List<DatabaseSection> sections, Path dictionary, Problems problems) {
    sections.forEach(section -> this.sections.put(section.name(), section));
    this.dictionary = dictionary;
    this.problems = problems;
  }

  /** Places every schema; what cannot be placed, or is placed twice, becomes a problem. */
  static SchemaPlacement of(List<DatabaseSection> sections, Path dictionary, Problems problems) {
    var placement = new SchemaPlacement(sections, dictionary, problems);
    placement.place();
    return placement;
  }

  /** What a database has where nobody says it. */
  static List<String> byName(String database) {
    return List.of("gitlab_" + database, TaskQueues.SHARED);
  }

  /** The schemas of a configured database. */
  List<String> gitlabSchemas(String database) {
    return placed.getOrDefault(database, List.of());
  }

  private void place() {
    var served = new LinkedHashMap<String, LinkedHashSet<String>>();
    configured().forEach(name -> served.put(name, new LinkedHashSet<>(own(name))));
    sections.values().stream()
        .filter(not(DatabaseSection::isConfigured))
        .forEach(absent ->
            server(absent)
                .map(served::get)
                .ifPresent(schemas -> schemas.addAll(own(absent.name()))));
    served.forEach((name, schemas) -> placed.put(name, List.copyOf(schemas)));
    refuseTwoPlaces();
  }

  private List<String> configured() {
    return sections.values().stream()
        .filter(DatabaseSection::isConfigured)
        .map(DatabaseSection::name)
        .toList();
  }

  /** Who serves the schemas of a database that is not configured. */
  private Optional<String> server(DatabaseSection absent) {
    var passed = new ArrayList<String>();
    @Nullable DatabaseSection at = absent;
    while (at != null && !at.isConfigured()) {
      if (at.fallback().isEmpty()) {
        at.missesAddress();
        return Optional.empty();
      }
      if (passed.contains(at.name())) {
        problems.add(
            absent.mapping().name(Property.FALLBACK),
            at.fallback().get(),
            "leads in a circle; name a database that has a url");
        return Optional.empty();
      }
      passed.add(at.name());
      at = sections.get(at.fallback().get());
    }
    if (at == null) {
      DatabaseSection last = Objects.requireNonNull(sections.get(passed.getLast()));
      problems.add(
          last.mapping().name(Property.FALLBACK),
          last.fallback().orElse(""),
          "is no configured database; configured: " + String.join(", ", configured()));
      return Optional.empty();
    }
    return Optional.of(at.name());
  }

  private List<String> own(String database) {
    return said(database).orElseGet(() -> unsaid(database));
  }

  private Optional<List<String>> said(String database) {
    return Optional.ofNullable(sections.get(database)).flatMap(DatabaseSection::gitlabSchemas);
  }

  /** Main, or the only one, has every schema of the dictionary that no other database has. */
  private List<String> unsaid(String database) {
    if (!database.equals(MAIN) && !configured().equals(List.of(database))) {
      return byName(database);
    }
    Set<String> others =
        sections.keySet().stream()
            .filter(other -> !other.equals(database))
            .flatMap(other -> said(other).orElse(byName(other)).stream())
            .collect(Collectors.toSet());
    var schemas = new LinkedHashSet<>(byName(MAIN));
    Dictionary.read(dictionary).gitlabSchemas().stream()
        .filter(not(others::contains))
        .forEach(schemas::add);
    return List.copyOf(schemas);
  }

  /** Each schema has one database, but those that every database has. */
  private void refuseTwoPlaces() {
    var owner = new LinkedHashMap<String, String>();
    placed.forEach((name, schemas) ->
        schemas.stream()
            .filter(not(SchemaPlacement::isEverywhere))
            .forEach(schema -> {
              String other = owner.putIfAbsent(schema, name);
              if (other != null) {
                problems.add(
                    Objects.requireNonNull(sections.get(name))
                        .mapping()
                        .name(Property.GITLAB_SCHEMAS),
                    schema,
                    "is served by database %s already; keep it in one of them".formatted(other));
              }
            }));
  }

  private static boolean isEverywhere(String schema) {
    return TaskQueues.isShared(schema) || schema.equals(DatabaseSettings.INTERNAL);
  }
}
