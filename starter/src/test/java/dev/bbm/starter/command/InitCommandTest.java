package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.job.BatchedMigrationJob;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class InitCommandTest {

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void empty() {
    postgres.execute(
        "DROP SCHEMA IF EXISTS bbm CASCADE",
        "DROP TABLE IF EXISTS orders, routes",
        "CREATE TABLE orders (id bigint PRIMARY KEY)",
        "CREATE TABLE routes (id bigint PRIMARY KEY)",
        "DROP ROLE IF EXISTS app",
        "CREATE ROLE app LOGIN");
    cli = new Cli(folder).with("BBM_MAIN_URL", postgres.url());
  }

  @Test
  void probesAsksWritesAndInstalls() throws IOException {
    assertThat(cli.typing("y").run("init"))
        .isEqualTo(
            new Result(
                0,
                """
                main: PostgreSQL 18, primary, 2 tables, timeline readable
                Wrote bbm.yml, db/gitlab_schemas.yml (2 → gitlab_main)
                %s
                Create schema bbm in main as role postgres? (SQL: --print-sql) [y/N] main: schema bbm installed
                Next: ./bbm worker
                """
                    .formatted(jobClasses()),
                ""));
    assertThat(Files.readString(folder.resolve("bbm.yml")))
        .isEqualTo(
            """
            # Environment variables win over this file: BBM_MAIN_URL, BBM_MAIN_USER, BBM_MAIN_PASSWORD, …
            # Passwords are not written here: give them by environment, password_file or ~/.pgpass.
            databases:
              main:
                url: postgresql://localhost:%d/%s
                user: postgres
                gitlab_schemas:
                - gitlab_main
                - gitlab_shared
            """
                .formatted(postgres.port(), postgres.database()));
    assertThat(Files.readString(folder.resolve("db/gitlab_schemas.yml")))
        .isEqualTo(
            "# The gitlab_schema of each table.\norders: gitlab_main\nroutes: gitlab_main\n");
    assertThat(
            Installed.rows(
                postgres, "SELECT table_name, gitlab_schema FROM bbm.table_schemas ORDER BY 1"))
        .isEqualTo("orders|gitlab_main\nroutes|gitlab_main");
    assertThat(
            Installed.rows(
                postgres,
                "SELECT gitlab_schema, owner_database, epoch, state FROM bbm.schema_ownership ORDER BY 1"))
        .isEqualTo("gitlab_main|main|1|ACTIVE\ngitlab_shared|*|1|ACTIVE");
  }

  @Test
  void runsFromItsOwnFileAfterwards() {
    cli.run("init --yes");

    assertThat(new Cli(folder).run("list")).isEqualTo(new Result(0, "no migrations\n", ""));
  }

  @Test
  void changesNothingTheSecondTime() {
    cli.run("init --yes");

    assertThat(cli.run("init"))
        .isEqualTo(
            new Result(
                0,
                """
                main: PostgreSQL 18, primary, 2 tables, timeline readable
                %s
                main: schema bbm is up to date
                Next: ./bbm worker
                """
                    .formatted(jobClasses()),
                ""));
  }

  @Test
  void refusesWithoutAYes() {
    Result result = cli.typing("no").run("init");

    assertThat(result.err())
        .isEqualTo(
            "error: not confirmed; no database was changed\nhint: answer y, or ./bbm init --yes\n");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(schemas()).isEqualTo("0");
  }

  @Test
  void refusesAtTheEndOfItsInput() {
    assertThat(cli.run("init").exitCode()).isEqualTo(3);
    assertThat(schemas()).isEqualTo("0");
  }

  @Test
  void printsTheSqlAndDoesNothing() {
    Result result = cli.run("init --print-sql");

    assertThat(result.out())
        .startsWith(
            """
            -- main: PostgreSQL 18, primary, 2 tables, timeline readable
            -- main: as role postgres; each file is a transaction, recorded in bbm.schema_history
            CREATE SCHEMA IF NOT EXISTS bbm;

            -- V001__create_ownership_and_gate.sql
            """)
        .contains("CREATE FUNCTION bbm.queue_batched_background_migration(");
    assertThat(result.exitCode()).isZero();
    assertThat(schemas()).isEqualTo("0");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void printsSqlThatPostgresAccepts() {
    postgres.execute(cli.run("init --print-sql").out());

    assertThat(schemas()).isEqualTo("1");
  }

  @Test
  void refusesARoleThatMayNotCreateTheSchema() {
    assertThat(cli.with("BBM_MAIN_USER", "app").run("init --yes"))
        .isEqualTo(
            new Result(
                3,
                "main: PostgreSQL 18, primary, 2 tables, timeline readable\n",
                """
                error: role "app" may not create a schema in database "%1$s"
                hint: GRANT CREATE ON DATABASE "%1$s" TO "app"
                """
                    .formatted(postgres.database())));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void installsByTheMigrationUrl() {
    Result result =
        cli.with("BBM_MAIN_USER", "app")
            .with("BBM_MAIN_MIGRATION_URL", postgres.url())
            .run("init --yes");

    assertThat(result.exitCode()).isZero();
    assertThat(
            Installed.rows(
                postgres, "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'bbm'"))
        .isEqualTo("postgres");
  }

  @Test
  void leavesToGitlabsFilesWhatTheySay() throws IOException {
    Installed.write(
        folder,
        "db/database_connections/main.yaml",
        "name: main\ngitlab_schemas:\n- gitlab_internal\n- gitlab_main\n- gitlab_shared\n");
    Installed.write(
        folder,
        "db/database_connections/ci.yaml",
        "name: ci\ngitlab_schemas: [gitlab_internal, gitlab_ci, gitlab_shared]\nfallback_database: main\n");
    Installed.write(
        folder, "db/docs/orders.yml", "table_name: orders\ngitlab_schema: gitlab_main\n");

    Result result = cli.with("BBM_MAIN_MIGRATION_URL", postgres.url()).run("init --yes");

    assertThat(result.out())
        .contains("Wrote bbm.yml\n", "Not in db/docs, so not to be migrated: routes\n");
    assertThat(Files.readString(folder.resolve("bbm.yml")))
        .contains("    url: postgresql://", "    migration_url: postgresql://")
        .doesNotContain("gitlab_");
    assertThat(
            Installed.rows(
                postgres,
                "SELECT gitlab_schema, owner_database FROM bbm.schema_ownership ORDER BY 1"))
        .isEqualTo("gitlab_ci|main\ngitlab_main|main\ngitlab_shared|*");
  }

  @Test
  void installsAsARoleThatOwnsNothingElse() {
    postgres.execute("GRANT CREATE ON DATABASE %s TO app".formatted(postgres.database()));

    assertThat(cli.with("BBM_MAIN_USER", "app").run("init --yes").exitCode()).isZero();
    postgres.execute("REVOKE CREATE ON DATABASE %s FROM app".formatted(postgres.database()));
    assertThat(schemas()).isEqualTo("1");
    postgres.execute("DROP OWNED BY app CASCADE");
  }

  @Test
  void keepsTheFilesThatAreThereAndSaysWhatTheyLeaveOut() throws IOException {
    Installed.write(folder, "db/gitlab_schemas.yml", "orders: gitlab_main\nbuilds: gitlab_ci\n");

    Result result = cli.run("init --yes");

    assertThat(result.out())
        .contains("Wrote bbm.yml\n")
        .contains("Not in db/gitlab_schemas.yml, so not to be migrated: routes\n");
    assertThat(Files.readString(folder.resolve("db/gitlab_schemas.yml")))
        .isEqualTo("orders: gitlab_main\nbuilds: gitlab_ci\n");
  }

  @Test
  void namesEveryJobClassThatDoesNotLoadBeforeItChangesAnything() throws IOException {
    Installed.write(folder, "db/background_migrations/one.sql", "UPDATE orders SET id = 1");
    Installed.write(
        folder, "db/background_migrations/two.sql", "-- job_class: Two\nDROP TABLE orders");

    Result result = cli.run("init --yes");

    assertThat(result.err()).startsWith("error: ").contains("one.sql", "two.sql");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(schemas()).isEqualTo("0");
  }

  @Test
  void saysThatTheDatabaseIsDown() {
    Result result =
        new Cli(folder)
            .with("BBM_MAIN_URL", "postgresql://postgres@127.0.0.1:1/gone")
            .run("init --yes");

    assertThat(result.err())
        .startsWith("error: database \"main\" does not answer: Connection to 127.0.0.1:1 refused.");
    assertThat(result.exitCode()).isEqualTo(69);
    assertThat(folder).isEmptyDirectory();
  }

  private static String schemas() {
    return Installed.rows(postgres, "SELECT count(*) FROM pg_namespace WHERE nspname = 'bbm'");
  }

  /** The Java job classes on the tests' class path are counted too. */
  private static String jobClasses() {
    long java = ServiceLoader.load(BatchedMigrationJob.class).stream().count();
    return "%d job %s in db/background_migrations".formatted(java, java == 1 ? "class" : "classes");
  }
}
