package dev.bbm.activities.topology;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.session.SqlSession;

/** The functions that hooks call without anything behind them, for test databases. */
public final class SchemaStub {

  private static final String FILE = "dev/bbm/stub/stub.sql";

  private SchemaStub() {}

  /** Its SQL. */
  public static String sql() {
    try (var text =
        Objects.requireNonNull(SchemaStub.class.getClassLoader().getResourceAsStream(FILE), FILE)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }

  /**
   * Creates it; false when it is there already. Throws ALREADY_INSTALLED where the real schema is.
   */
  public static boolean create(Database database) {
    return database.transactions().inTransaction(session -> create(database.name(), session));
  }

  private static boolean create(String database, SqlSession session) {
    var install = session.getMapper(InstallMapper.class);
    if (install.isInstalled()) {
      throw ApplicationException.of(
          ErrorCode.ALREADY_INSTALLED,
          "schema bbm is installed in database \"%s\"; a stub is for test databases"
              .formatted(database),
          "leave out --stub, or give the url of a test database");
    }
    if (install.isStub()) {
      return false;
    }
    run(session, sql());
    return true;
  }

  /** Removes it where it is, so that the real schema can be created. */
  static void drop(Database database) {
    database
        .transactions()
        .inTransaction(session -> {
          if (session.getMapper(InstallMapper.class).isStub()) {
            run(session, "DROP SCHEMA bbm CASCADE");
          }
          return true;
        });
  }

  private static void run(SqlSession session, String script) {
    try (var statement = session.getConnection().createStatement()) {
      statement.execute(script);
    } catch (SQLException failed) {
      throw new PersistenceException(failed);
    }
  }
}
