package dev.bbm.starter.command;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Fixtures of command tests: tables, job classes, and what the tracking tables hold. */
final class Installed {

  private Installed() {}

  /** Writes a job class that adds one to n of a table. */
  static void jobClass(Path folder, String name, String table, String... headers)
      throws IOException {
    Path file =
        folder.resolve("db/background_migrations").resolve(name.toLowerCase(Locale.ROOT) + ".sql");
    Files.createDirectories(file.getParent());
    String more = Stream.of(headers).map("-- %s\n"::formatted).collect(Collectors.joining());
    Files.writeString(
        file,
        """
        -- job_class: %s
        -- operation: update
        -- feature_category: database
        %sUPDATE %s SET n = n + 1 WHERE ${subBatch}
        """
            .formatted(name, more, table));
  }

  static void write(Path folder, String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(Objects.requireNonNull(path.getParent()));
    Files.writeString(path, text);
  }

  /** A table of 1,000 rows that the planner knows. */
  static void orders(PostgresExtension postgres) {
    postgres.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
        "INSERT INTO orders SELECT i FROM generate_series(1, 1000) AS i",
        "ANALYZE orders");
  }

  /** Runs init and fails unless it succeeds. */
  static void init(Cli cli) {
    Result result = cli.run("init --yes");
    if (result.exitCode() != 0) {
      throw new AssertionError(result.toString());
    }
  }

  /** The rows of a query, columns by bars, lines by line breaks. */
  static String rows(PostgresExtension postgres, String sql) {
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      var lines = new StringJoiner("\n");
      while (rows.next()) {
        var cells = new StringJoiner("|");
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i));
        }
        lines.add(cells.toString());
      }
      return lines.toString();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
