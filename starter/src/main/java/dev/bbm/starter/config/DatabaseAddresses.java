package dev.bbm.starter.config;

import static dev.bbm.starter.config.Property.ENDPOINTS;
import static dev.bbm.starter.config.Property.MIGRATION_URL;
import static dev.bbm.starter.config.Property.PASSWORD;
import static dev.bbm.starter.config.Property.PASSWORD_FILE;
import static dev.bbm.starter.config.Property.URL;
import static dev.bbm.starter.config.Property.USER;

import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Pooler;
import dev.bbm.activities.topology.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ways to one database as the environment and bbm.yml give them, in this order.
 *
 * @param folder against which paths of the file are resolved
 */
record DatabaseAddresses(
    String name, Mapping mapping, Variables variables, Path folder, Problems problems) {

  private static final String NO_LIST =
      "is no list of addresses; write [postgresql://db-1/app, postgresql://db-2/app]";

  /** Whether there is one, right or wrong. */
  boolean isGiven() {
    return variables.of(name, URL).isPresent()
        || mapping.text(URL).isPresent()
        || mapping.texts(ENDPOINTS, NO_LIST).isPresent();
  }

  /** The url first, then the endpoints; those that are wrong are problems and left out. */
  List<Address> endpoints(Pooler pooler) {
    Optional<PostgresUrl> inEnvironment = inEnvironment(URL);
    Optional<PostgresUrl> inFile = inFile(URL);
    var usual =
        new Address("", user(inEnvironment, inFile), password(inEnvironment, inFile), pooler);
    Optional<PostgresUrl> url = variables.of(name, URL).isPresent() ? inEnvironment : inFile;
    Stream<Address> first =
        url.stream().map(it -> new Address(it.jdbc(), usual.user(), usual.password(), pooler));
    Stream<Address> others =
        mapping.texts(ENDPOINTS, NO_LIST).orElse(List.of()).stream()
            .flatMap(endpoint -> parse(mapping.name(ENDPOINTS), endpoint).stream())
            .map(endpoint -> withUsualRole(endpoint, usual, pooler));
    return Stream.concat(first, others).distinct().toList();
  }

  /** Past the pooler, and with the usual role unless it names one. */
  Optional<Address> migration(Address usual) {
    return inEnvironment(MIGRATION_URL)
        .or(() -> inFile(MIGRATION_URL))
        .map(direct -> withUsualRole(direct, usual, Pooler.NONE));
  }

  private static Address withUsualRole(PostgresUrl url, Address usual, Pooler pooler) {
    return new Address(
        url.jdbc(),
        Objects.requireNonNullElse(url.user(), usual.user()),
        Objects.requireNonNullElse(url.password(), usual.password()),
        pooler);
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
