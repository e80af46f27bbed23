package dev.bbm.starter.config;

import static dev.bbm.starter.config.Property.DATABASE_TASKS;
import static dev.bbm.starter.config.Property.FALLBACK;
import static dev.bbm.starter.config.Property.GITLAB_SCHEMAS;
import static dev.bbm.starter.config.Property.LOCK_GITLAB_SCHEMAS;
import static dev.bbm.starter.config.Property.POOLER;
import static dev.bbm.starter.config.Property.TAKEOVER;
import static dev.bbm.starter.config.Property.TIMELINE_CHECK;
import static dev.bbm.starter.config.Property.URL;
import static java.util.function.Predicate.not;

import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Pooler;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One database as the environment and bbm.yml give it, in this order.
 *
 * @param folder against which paths of the file are resolved
 */
record DatabaseSection(
    String name, Mapping mapping, Variables variables, Path folder, Problems problems) {

  /** A command needs one connection; a second for a transaction beside it. */
  private static final int CONNECTIONS = 2;

  /** Its gitlab_schemas by the file; empty where the file leaves them out. */
  Optional<List<String>> gitlabSchemas() {
    return mapping.names(GITLAB_SCHEMAS);
  }

  /** The schemas to be write-locked there by the file; empty where the file leaves them out. */
  Optional<List<String>> lockGitlabSchemas() {
    return mapping.names(LOCK_GITLAB_SCHEMAS);
  }

  /** Makes every schema outside the set a problem, unless nothing is known. */
  void allowOnlySchemas(Set<String> known) {
    if (!known.isEmpty()) {
      gitlabSchemas().ifPresent(given -> allowOnly(GITLAB_SCHEMAS, given, known));
      lockGitlabSchemas().ifPresent(given -> allowOnly(LOCK_GITLAB_SCHEMAS, given, known));
    }
  }

  private void allowOnly(Property property, List<String> given, Set<String> known) {
    given.stream()
        .filter(not(known::contains))
        .forEach(schema ->
            problems.add(
                mapping.name(property),
                schema,
                "is no gitlab_schema; known by db/gitlab_schemas: " + String.join(", ", known)));
  }

  /** Which database serves its schemas where it is not configured, by the file. */
  Optional<String> fallback() {
    return mapping.text(FALLBACK);
  }

  /** Whether it has an address, right or wrong. */
  boolean isConfigured() {
    return addresses().isGiven();
  }

  /** Says that its address is missing. */
  void missesAddress() {
    problems.add(
        mapping.name(URL),
        "",
        "is missing; write %s, or set %s"
            .formatted(PostgresUrl.EXAMPLE, Variables.name(name, URL)));
  }

  /** Its settings; empty when its address is wrong, which is then a problem. */
  Optional<DatabaseSettings> settings(
      List<String> gitlabSchemas, List<String> lockGitlabSchemas, @Nullable String fallback) {
    DatabaseAddresses addresses = addresses();
    List<Address> endpoints = addresses.endpoints(pooler());
    boolean tasks = mapping.flag(DATABASE_TASKS, true);
    boolean timelineCheck = mapping.flag(TIMELINE_CHECK, true);
    boolean automaticTakeover = automaticTakeover();
    return endpoints.stream()
        .findFirst()
        .map(usual ->
            new DatabaseSettings(
                name,
                endpoints,
                addresses.migration(usual).orElse(null),
                gitlabSchemas,
                lockGitlabSchemas,
                fallback,
                tasks,
                timelineCheck,
                automaticTakeover,
                CONNECTIONS));
  }

  private DatabaseAddresses addresses() {
    return new DatabaseAddresses(name, mapping, variables, folder, problems);
  }

  private Pooler pooler() {
    return mapping
        .text(POOLER)
        .map(text ->
            switch (text) {
              case "transaction" -> Pooler.TRANSACTION;
              case "none" -> Pooler.NONE;
              default -> {
                problems.add(
                    mapping.name(POOLER),
                    text,
                    "is no kind of pooler; write transaction, or none for any other");
                yield Pooler.NONE;
              }
            })
        .orElse(Pooler.NONE);
  }

  private boolean automaticTakeover() {
    return mapping
        .text(TAKEOVER)
        .map(text ->
            switch (text) {
              case "automatic" -> true;
              case "manual" -> false;
              default -> {
                problems.add(
                    mapping.name(TAKEOVER),
                    text,
                    "is no way to follow a promotion; write automatic or manual");
                yield true;
              }
            })
        .orElse(true);
  }
}
