package dev.bbm.starter.command;

import dev.bbm.activities.database.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Fixture: an application in two databases of the same structure, main with orders and ci with
 * builds, jobs and the partitioned p_logs; users are in gitlab_shared.
 */
final class TwoPlaces {

  private static final String[] TABLES = {
    "DROP TABLE IF EXISTS orders, jobs, builds, p_logs, users, stray CASCADE",
    "CREATE TABLE orders (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
    "CREATE TABLE builds (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
    "CREATE TABLE jobs (id bigint PRIMARY KEY REFERENCES builds, n integer NOT NULL DEFAULT 0)",
    "CREATE TABLE p_logs (id bigint PRIMARY KEY) PARTITION BY RANGE (id)",
    "CREATE TABLE p_logs_1 PARTITION OF p_logs FOR VALUES FROM (0) TO (1000)",
    "CREATE TABLE users (id bigint PRIMARY KEY)",
    "INSERT INTO orders VALUES (1)",
    "INSERT INTO builds VALUES (1)",
    "INSERT INTO jobs VALUES (1)",
    "INSERT INTO p_logs VALUES (1)",
  };

  private TwoPlaces() {}

  /** Makes the tables anew in one of them. */
  static void tables(PostgresExtension postgres) {
    postgres.execute(TABLES);
  }

  /** Makes the tables, and installs bbm in both. */
  static Cli installed(PostgresExtension main, PostgresExtension ci, Path folder)
      throws IOException {
    tables(main);
    tables(ci);
    Installed.write(
        folder,
        "db/gitlab_schemas.yml",
        """
        orders: gitlab_main
        builds: gitlab_ci
        jobs: gitlab_ci
        p_logs: gitlab_ci
        users: gitlab_shared
        """);
    Cli cli =
        new Cli(folder)
            .with("BBM_MAIN_URL", main.url())
            .with("BBM_CI_URL", ci.url())
            .with("TEMPORAL_ADDRESS", "127.0.0.1:1");
    Installed.init(cli);
    return cli;
  }
}
