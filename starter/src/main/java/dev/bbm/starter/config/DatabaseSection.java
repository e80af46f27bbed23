package dev.bbm.starter.config;

import static dev.bbm.starter.config.Property.DATABASE_TASKS;
import static dev.bbm.starter.config.Property.FALLBACK;
import static dev.bbm.starter.config.Property.GITLAB_SCHEMAS;
import static dev.bbm.starter.config.Property.LOCK_GITLAB_SCHEMAS;
import static dev.bbm.starter.config.Property.MIGRATION_URL;
import static dev.bbm.starter.config.Property.PASSWORD;
import static dev.bbm.starter.config.Property.PASSWORD_FILE;
import static dev.bbm.starter.config.Property.POOLER;
import static dev.bbm.starter.config.Property.TIMELINE_CHECK;
import static dev.bbm.starter.config.Property.URL;
import static dev.bbm.starter.config.Property.USER;
import static java.util.function.Predicate.not;

import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Pooler;
import dev.bbm.activities.topology.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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
    return mapping.texts(GITLAB_SCHEMAS);
  }

  /** The schemas to be write-locked there by the file; empty where the file leaves them out. */
  Optional<List<String>> lockGitlabSchemas() {
    return mapping.texts(LOCK_GITLAB_SCHEMAS);
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
    return variables.of(name, URL).isPresent() || mapping.text(URL).isPresent();
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
    var inEnvironment = inEnvironment(URL);
    var inFile = inFile(URL);
    String user = user(inEnvironment, inFile);
    Secret password = password(inEnvironment, inFile);
    Pooler pooler = pooler();
    var migration = inEnvironment(MIGRATION_URL).or(() -> inFile(MIGRATION_URL));
    boolean tasks = mapping.flag(DATABASE_TASKS, true);
    boolean timelineCheck = mapping.flag(TIMELINE_CHECK, true);
    return (variables.of(name, URL).isPresent() ? inEnvironment : inFile)
        .map(url ->
            new DatabaseSettings(
                name,
                new Address(url.jdbc(), user, password, pooler),
                migration
                    .map(direct -> direct(direct, new Address(url.jdbc(), user, password, pooler)))
                    .orElse(null),
                gitlabSchemas,
                lockGitlabSchemas,
                fallback,
                tasks,
                timelineCheck,
                CONNECTIONS));
  }

  /** Past the pooler, and with the usual role unless it names one. */
  private static Address direct(PostgresUrl direct, Address usual) {
    return new Address(
        direct.jdbc(),
        Objects.requireNonNullElse(direct.user(), usual.user()),
        Objects.requireNonNullElse(direct.password(), usual.password()),
        Pooler.NONE);
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

  private Optional<PostgresUrl> inEnvironment(Property property) {
    return variables
        .of(name, property)
        .flatMap(address -> parse(Variables.name(name, property), address));
  }

  private Optional<PostgresUrl> inFile(Property property) {
    return mapping.text(property).flatMap(address -> parse(mapping.name(property), address));
  }

  private Optional<PostgresUrl> parse(String property, String address) {
    try {
      return Optional.of(PostgresUrl.parse(address));
    } catch (IllegalArgumentException wrong) {
      problems.add(
          property,
          PostgresUrl.masked(address),
          "%s; write %s".formatted(wrong.getMessage(), PostgresUrl.EXAMPLE));
      return Optional.empty();
    }
  }

  private String user(Optional<PostgresUrl> inEnvironment, Optional<PostgresUrl> inFile) {
    return variables
        .of(name, USER)
        .or(() -> inEnvironment.map(PostgresUrl::user))
        .or(() -> mapping.text(USER))
        .or(() -> inFile.map(PostgresUrl::user))
        .orElse("");
  }

  private Secret password(Optional<PostgresUrl> inEnvironment, Optional<PostgresUrl> inFile) {
    if (mapping.text(PASSWORD).isPresent() && mapping.text(PASSWORD_FILE).isPresent()) {
      problems.add(
          mapping.name(PASSWORD), "***", "is given beside password_file; keep one of them");
    }
    return variables
        .of(name, PASSWORD)
        .map(Secret::new)
        .or(() ->
            variables
                .of(name, PASSWORD_FILE)
                .map(file -> read(Variables.name(name, PASSWORD_FILE), file)))
        .or(() -> inEnvironment.map(PostgresUrl::password))
        .or(() -> mapping.text(PASSWORD).map(Secret::new))
        .or(() -> mapping.text(PASSWORD_FILE).map(file -> read(mapping.name(PASSWORD_FILE), file)))
        .or(() -> inFile.map(PostgresUrl::password))
        .orElse(new Secret(""));
  }

  private @Nullable Secret read(String property, String file) {
    try {
      return new Secret(
          Files.readString(folder.resolve(file), StandardCharsets.UTF_8).stripTrailing());
    } catch (IOException thrown) {
      problems.add(property, file, "cannot be read; create it with the password in it");
      return null;
    }
  }
}
