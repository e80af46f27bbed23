package dev.bbm.starter.config;

import static dev.bbm.starter.config.Property.DATABASE_TASKS;
import static dev.bbm.starter.config.Property.GITLAB_SCHEMAS;
import static dev.bbm.starter.config.Property.PASSWORD;
import static dev.bbm.starter.config.Property.PASSWORD_FILE;
import static dev.bbm.starter.config.Property.TIMELINE_CHECK;
import static dev.bbm.starter.config.Property.URL;
import static dev.bbm.starter.config.Property.USER;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

  /** Its settings; empty when its address is missing or wrong, which is then a problem. */
  Optional<DatabaseSettings> settings(List<String> gitlabSchemas) {
    var fromEnvironment = variables.of(name, URL);
    var fromFile = mapping.text(URL);
    var addressInEnvironment =
        fromEnvironment.flatMap(address -> parse(Variables.name(name, URL), address));
    var addressInFile = fromFile.flatMap(address -> parse(mapping.name(URL), address));
    if (fromEnvironment.isEmpty() && fromFile.isEmpty()) {
      problems.add(
          mapping.name(URL),
          "",
          "is missing; write %s, or set %s"
              .formatted(PostgresUrl.EXAMPLE, Variables.name(name, URL)));
    }
    String user = user(addressInEnvironment, addressInFile);
    Secret password = password(addressInEnvironment, addressInFile);
    boolean tasks = mapping.flag(DATABASE_TASKS, true);
    boolean timelineCheck = mapping.flag(TIMELINE_CHECK, true);
    return (fromEnvironment.isPresent() ? addressInEnvironment : addressInFile)
        .map(address ->
            new DatabaseSettings(
                name,
                address.jdbc(),
                user,
                password,
                gitlabSchemas,
                tasks,
                timelineCheck,
                CONNECTIONS));
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
