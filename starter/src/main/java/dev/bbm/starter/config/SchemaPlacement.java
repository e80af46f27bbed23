package dev.bbm.starter.config;

import static java.util.function.Predicate.not;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.workflows.ownership.TaskQueues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which gitlab_schemas live in which configured database: its own, and those of every database that
 * is not configured and falls back to it.
 */
final class SchemaPlacement {

  private static final String MAIN = "main";

  private final Map<String, Declaration> declared;
  private final Supplier<Dictionary> dictionary;
  private final Problems problems;
  private final Map<String, LinkedHashSet<String>> placed = new LinkedHashMap<>();

  private SchemaPlacement(
      Map<String, Declaration> declared, Supplier<Dictionary> dictionary, Problems problems) {
    this.declared = declared;
    this.dictionary = dictionary;
    this.problems = problems;
  }

  /**
   * Places every schema; what cannot be placed, or is placed twice, becomes a problem.
   *
   * @param dictionary read only where it must tell what main has
   */
  static SchemaPlacement of(
      Map<String, Declaration> declared, Supplier<Dictionary> dictionary, Problems problems) {
    var placement = new SchemaPlacement(declared, dictionary, problems);
    placement.place();
    return placement;
  }

  /** What a database has where nobody says it. */
  static List<String> byName(String database) {
    return List.of("gitlab_" + database, TaskQueues.SHARED);
  }

  /** The schemas of a configured database. */
  List<String> gitlabSchemas(String database) {
    return List.copyOf(placed.getOrDefault(database, new LinkedHashSet<>()));
  }

  /** Those to be write-locked there, of which none lives there; empty for all others. */
  List<String> lockGitlabSchemas(String database) {
    List<String> here = gitlabSchemas(database);
    return Objects.requireNonNull(declared.get(database)).lockGitlabSchemas().stream()
        .filter(not(here::contains))
        .toList();
  }

  /** The database that it falls back to, or shares; null for none. */
  @Nullable String fallback(String database) {
    return Objects.requireNonNull(declared.get(database)).fallback().orElse(null);
  }

  private void place() {
    configured().forEach(it -> placed.put(it.name(), new LinkedHashSet<>(own(it))));
    declared.values().stream().filter(not(Declaration::isConfigured)).forEach(this::placeAbsent);
    unsaid().ifPresent(this::placeTheRest);
    refuseTwoPlaces();
  }

  private void placeAbsent(Declaration absent) {
    List<String> schemas = absent.gitlabSchemas().orElse(byName(absent.name()));
    server(absent).map(placed::get).ifPresent(it -> it.addAll(schemas));
  }

  private Stream<Declaration> configured() {
    return declared.values().stream().filter(Declaration::isConfigured);
  }

  private List<String> own(Declaration database) {
    boolean only = configured().count() == 1;
    return database.gitlabSchemas().orElseGet(() -> byName(only ? MAIN : database.name()));
  }

  /** Main, or the only one, where nobody says what it has. */
  private Optional<Declaration> unsaid() {
    boolean only = configured().count() == 1;
    return configured()
        .filter(it -> it.gitlabSchemas().isEmpty() && (only || it.name().equals(MAIN)))
        .findFirst();
  }

  /** Every schema of the dictionary that no other database has. */
  private void placeTheRest(Declaration database) {
    List<String> elsewhere = placed.values().stream().flatMap(LinkedHashSet::stream).toList();
    dictionary.get().gitlabSchemas().stream()
        .filter(not(elsewhere::contains))
        .forEach(Objects.requireNonNull(placed.get(database.name()))::add);
  }

  /** Who serves the schemas of a database that is not configured. */
  private Optional<String> server(Declaration absent) {
    var passed = new ArrayList<Declaration>();
    @Nullable Declaration at = absent;
    while (at != null && !at.isConfigured()) {
      if (at.fallback().isEmpty()) {
        if (at.section() != null) {
          at.section().missesAddress();
        }
        return Optional.empty();
      }
      if (passed.contains(at)) {
        problems.add(
            absent.fallbackProperty(),
            absent.fallback().orElse(""),
            "leads in a circle; name a database that has a url");
        return Optional.empty();
      }
      passed.add(at);
      at = declared.get(at.fallback().get());
    }
    if (at == null) {
      Declaration last = passed.getLast();
      problems.add(
          last.fallbackProperty(),
          last.fallback().orElse(""),
          "is no configured database; configured: "
              + String.join(", ", configured().map(Declaration::name).toList()));
      return Optional.empty();
    }
    return Optional.of(at.name());
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
                    Objects.requireNonNull(declared.get(name)).schemasProperty(),
                    schema,
                    "is served by database %s already; keep it in one of them".formatted(other));
              }
            }));
  }

  private static boolean isEverywhere(String schema) {
    return TaskQueues.isShared(schema) || schema.equals(DatabaseSettings.INTERNAL);
  }
}
