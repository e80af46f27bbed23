package dev.bbm.starter.command;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An application's folder and its databases, both with the same tables: projects and routes are
 * gitlab_main, ci_builds and ci_pipelines gitlab_ci, settings gitlab_shared.
 */
final class Deploying {

  private static final List<String> STRUCTURE =
      List.of(
          "DROP SCHEMA IF EXISTS bbm CASCADE",
          """
          DO $$
          DECLARE
              it record;
          BEGIN
              FOR it IN SELECT c.relname AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind
                          FROM pg_class AS c
                         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
              LOOP
                  EXECUTE format('DROP %s IF EXISTS %I CASCADE', it.kind, it.name);
              END LOOP;
              FOR it IN SELECT p.oid::regprocedure AS name
                          FROM pg_proc AS p
                         WHERE p.pronamespace = 'public'::regnamespace AND p.proname <> 'enter_time_zone'
              LOOP
                  EXECUTE format('DROP ROUTINE %s CASCADE', it.name);
              END LOOP;
          END
          $$
          """,
          "CREATE TABLE projects (id bigint PRIMARY KEY, name text, n integer NOT NULL DEFAULT 0)",
          "CREATE TABLE routes (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
          "CREATE TABLE ci_builds (id bigserial PRIMARY KEY, project_id bigint REFERENCES projects, n integer NOT NULL DEFAULT 0, trace text)",
          "CREATE TABLE ci_pipelines (id bigint, n integer NOT NULL DEFAULT 0) PARTITION BY RANGE (id)",
          "CREATE TABLE ci_pipelines_100 PARTITION OF ci_pipelines FOR VALUES FROM (0) TO (100)",
          "CREATE TABLE settings (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
          "CREATE TABLE unclassified (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
          "INSERT INTO projects SELECT i, 'p' || i FROM generate_series(1, 100) AS i",
          "INSERT INTO routes SELECT i FROM generate_series(1, 100) AS i",
          "INSERT INTO ci_builds (project_id) SELECT i FROM generate_series(1, 100) AS i",
          "INSERT INTO ci_pipelines SELECT i FROM generate_series(1, 99) AS i",
          "INSERT INTO settings VALUES (1)",
          "INSERT INTO unclassified VALUES (1)");

  private final Path folder;
  private final Cli cli;

  private Deploying(Path folder, String configuration, PostgresExtension... databases)
      throws IOException {
    this.folder = folder;
    this.cli = new Cli(folder);
    for (PostgresExtension database : databases) {
      database.execute(STRUCTURE.toArray(String[]::new));
    }
    Installed.write(folder, "bbm.yml", configuration);
    Installed.write(
        folder,
        "db/gitlab_schemas.yml",
        """
        projects: gitlab_main
        routes: gitlab_main
        ci_builds: gitlab_ci
        ci_pipelines: gitlab_ci
        settings: gitlab_shared
        """);
    for (String table : List.of("routes", "ci_builds", "settings")) {
      Installed.jobClass(folder, "Touch_" + table, table);
    }
    Installed.write(folder, "db/migrate/.keep", "");
    Installed.init(cli);
  }

  /** Seed 002's first configuration: everything in one database. */
  static Deploying single(Path folder, PostgresExtension main) throws IOException {
    return new Deploying(
        folder,
        """
        databases:
          main:
            url: %s
            gitlab_schemas: [gitlab_main, gitlab_ci, gitlab_shared]
        """
            .formatted(main.url()),
        main);
  }

  /** The second: two databases. */
  static Deploying two(Path folder, PostgresExtension main, PostgresExtension ci)
      throws IOException {
    return new Deploying(
        folder,
        """
        databases:
          main:
            url: %s
            gitlab_schemas: [gitlab_main, gitlab_shared]
          ci:
            url: %s
            gitlab_schemas: [gitlab_ci, gitlab_shared]
        """
            .formatted(main.url(), ci.url()),
        main,
        ci);
  }

  /** The third: two connections to one database. */
  static Deploying twoConnections(Path folder, PostgresExtension main) throws IOException {
    return new Deploying(
        folder,
        """
        databases:
          main:
            url: %1$s
            gitlab_schemas: [gitlab_main, gitlab_shared]
          ci:
            url: %1$s
            gitlab_schemas: [gitlab_ci, gitlab_shared]
            database_tasks: false
        """
            .formatted(main.url()),
        main);
  }

  /** A file of db/migrate. */
  Deploying file(String name, String sql) throws IOException {
    Installed.write(folder, "db/migrate/" + name, sql);
    return this;
  }

  /** A file of db/post_migrate. */
  Deploying postFile(String name, String sql) throws IOException {
    Installed.write(folder, "db/post_migrate/" + name, sql);
    return this;
  }

  Path folder() {
    return folder;
  }

  Cli cli() {
    return cli;
  }

  Result migrate(String... options) {
    return cli.run(("migrate " + String.join(" ", options)).strip());
  }

  /** Versions that the database's history holds, and whether each ran. */
  static String history(PostgresExtension database) {
    return Installed.rows(
            database,
            """
            SELECT h.version, CASE WHEN s.version IS NULL OR s.run_at IS NOT NULL THEN 'run' ELSE 'skipped' END
              FROM bbm.migration_history AS h
              LEFT JOIN bbm.skipped_migrations AS s ON s.version = h.version
             ORDER BY h.version::numeric
            """)
        .replace("|", " ")
        .replace("\n", ", ");
  }

  /** Times are measured. */
  static String withoutTimes(String output) {
    return output.replaceAll(" \\(\\d+\\.\\d\\d s\\)", "");
  }

  /** The three files of seed 004. */
  static final Map<String, String> SEED_004 =
      Map.of(
          "1_ddl.sql", "CREATE TABLE added (id bigint PRIMARY KEY);\n",
          "2_gitlab_main.sql",
              "-- restrict_gitlab_migration: gitlab_main\nUPDATE routes SET n = n + 1;\n",
          "3_gitlab_ci.sql",
              "-- restrict_gitlab_migration: gitlab_ci\nUPDATE ci_builds SET n = n + 1;\n");

  Deploying seed004() throws IOException {
    for (var file : SEED_004.entrySet()) {
      file(file.getKey(), file.getValue());
    }
    return this;
  }
}
