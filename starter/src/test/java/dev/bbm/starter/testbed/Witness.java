package dev.bbm.starter.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * Triggers that write down, in each transaction itself, what {@link Invariants} judges afterwards.
 * Installed on the primary, it reaches each copy by replication.
 */
public final class Witness {

  private Witness() {}

  /** Watches the bbm tables and the counted tables of this database from now on. */
  public static void install(Sql database) {
    database.execute(script());
    for (CountedTable counted : CountedTable.values()) {
      database.execute(
          """
          CREATE TRIGGER audit_written AFTER UPDATE OF n ON %s
              FOR EACH STATEMENT EXECUTE FUNCTION audit.written()
          """
              .formatted(counted.table()));
    }
  }

  private static String script() {
    try (var script = Witness.class.getResourceAsStream("witness.sql")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
