package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A single database, two connections to it, and two databases: who owns what, under which ids, by
 * the same bbm.yml.
 */
final class ThreeConfigurationsTest {

  private static final String FILE =
      """
      databases:
        main: {gitlab_schemas: [gitlab_main, gitlab_shared]}
        ci: {gitlab_schemas: [gitlab_ci, gitlab_shared], fallback: main}
      environments:
        single: {}
        two_connections: {databases: {ci: {database_tasks: false}}}
        two_databases: {}
      """;

  @RegisterExtension static final PostgresExtension one = new PostgresExtension();
  @RegisterExtension static final PostgresExtension two = new PostgresExtension();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    for (PostgresExtension database : new PostgresExtension[] {one, two}) {
      database.execute(
          "DROP SCHEMA IF EXISTS bbm CASCADE",
          "DROP TABLE IF EXISTS users, builds, leases",
          "CREATE TABLE users (id bigint PRIMARY KEY, n integer)",
          "CREATE TABLE builds (id bigint PRIMARY KEY, n integer)",
          "CREATE TABLE leases (id bigint PRIMARY KEY, n integer)",
          "INSERT INTO users VALUES (1, 0)",
          "INSERT INTO builds VALUES (1, 0)",
          "INSERT INTO leases VALUES (1, 0)");
    }
    Installed.write(folder, "bbm.yml", FILE);
    Installed.write(
        folder,
        "db/gitlab_schemas.yml",
        "users: :gitlab_main\nbuilds: :gitlab_ci\nleases: :gitlab_shared\n");
    Installed.jobClass(folder, "AddOne", "users");
  }

  @Test
  void aSingleDatabaseOwnsEverything() {
    Cli cli = single();

    Installed.init(cli);

    assertThat(owners(one)).isEqualTo("gitlab_ci|main|1\ngitlab_main|main|1\ngitlab_shared|*|1");
    assertThat(cli.run("queue AddOne users").out()).isEqualTo("queued main_1 (active)\n");
    assertThat(cli.run("queue AddOne builds").out()).isEqualTo("queued main_2 (active)\n");
    assertThat(cli.run("queue AddOne leases --once-per-place").out())
        .isEqualTo("queued main_3 (active)\n");
    assertThat(cli.run("db validate-config").exitCode()).isZero();
  }

  @Test
  void twoConnectionsOwnTheirSchemasOfOnePlaceWithIdsOfOneName() {
    Cli cli = twoConnections();

    Installed.init(cli);

    assertThat(owners(one)).isEqualTo("gitlab_ci|ci|1\ngitlab_main|main|1\ngitlab_shared|*|1");
    assertThat(Installed.rows(one, "SELECT count(DISTINCT place) FROM bbm.database_identity"))
        .isEqualTo("1");
    assertThat(cli.run("queue AddOne users").out()).isEqualTo("queued main_1 (active)\n");
    assertThat(cli.run("queue AddOne builds").out()).isEqualTo("queued main_2 (active)\n");
    assertThat(cli.run("queue AddOne leases --once-per-place").out())
        .isEqualTo("queued main_3 (active)\n");
    assertThat(cli.run("list").out().lines()).hasSize(4);
    assertThat(cli.run("db validate-config").exitCode()).isZero();
    assertThat(cli.run("db ownership").out())
        .containsPattern("main +gitlab_ci +ci .* no: its owner is ci")
        .containsPattern("ci +gitlab_ci +ci .* yes");
  }

  @Test
  void twoDatabasesOwnTheirSchemasUnderTheirOwnIds() {
    Cli cli = twoDatabases();

    Installed.init(cli);

    assertThat(owners(one)).isEqualTo("gitlab_main|main|1\ngitlab_shared|*|1");
    assertThat(owners(two)).isEqualTo("gitlab_ci|ci|1\ngitlab_shared|*|1");
    assertThat(cli.run("queue AddOne users").out()).isEqualTo("queued main_1 (active)\n");
    assertThat(cli.run("queue AddOne builds").out()).isEqualTo("queued ci_1 (active)\n");
    assertThat(cli.run("queue AddOne leases --once-per-place").out())
        .isEqualTo("queued main_2 (active)\nqueued ci_2 (active)\n");
    assertThat(cli.run("db validate-config").exitCode()).isZero();
  }

  @Test
  void aTableOfEveryDatabaseIsRefusedWithoutTheExplicitFlag() {
    Cli cli = twoDatabases();
    Installed.init(cli);

    Cli.Result refused = cli.run("queue AddOne leases");

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err())
        .startsWith(
            "error: table \"leases\" is in gitlab_shared, which every database has: one migration would change one copy only\n")
        .contains("once");
    assertThat(cli.run("list").out()).isEqualTo("no migrations\n");
  }

  @Test
  void everySharedSchemaIsQueuedOncePerPlace() throws IOException {
    Installed.write(
        folder,
        "db/gitlab_schemas.yml",
        "users: gitlab_main\nbuilds: gitlab_ci\nleases: gitlab_shared_org\n");
    Installed.write(
        folder,
        "bbm.yml",
        FILE.replace("gitlab_shared]", "gitlab_shared, gitlab_shared_org, gitlab_internal]"));
    Cli cli = twoDatabases();
    Installed.init(cli);

    assertThat(owners(two)).isEqualTo("gitlab_ci|ci|1\ngitlab_shared|*|1\ngitlab_shared_org|*|1");
    assertThat(cli.run("queue AddOne leases").exitCode()).isEqualTo(3);
    assertThat(cli.run("queue AddOne leases --once-per-place").out())
        .isEqualTo("queued main_1 (active)\nqueued ci_1 (active)\n");
  }

  @Test
  void ownersFollowTheConfigurationWithinOnePlace() {
    Installed.init(single());
    Installed.init(twoConnections());
    assertThat(owners(one)).isEqualTo("gitlab_ci|ci|2\ngitlab_main|main|1\ngitlab_shared|*|1");

    Installed.init(single());
    assertThat(owners(one)).isEqualTo("gitlab_ci|main|3\ngitlab_main|main|1\ngitlab_shared|*|1");
  }

  @Test
  void aMoveByConfigurationAloneIsFound() {
    Installed.init(single());
    Installed.init(twoDatabases().with("BBM_VALIDATE_DATABASE_CONFIG", "0"));

    Cli.Result found = twoDatabases().run("db validate-config");

    assertThat(found.err())
        .isEqualTo(
            """
            error: gitlab_schema "gitlab_ci" is ACTIVE in the databases of main and ci, so workers would run its migrations in each
            hint: give gitlab_ci back to main in bbm.yml, and move it by a failover; ./bbm db ownership shows both
            """);
    assertThat(found.exitCode()).isEqualTo(2);

    one.execute(
        "UPDATE bbm.schema_ownership SET state = 'RETIRED' WHERE gitlab_schema = 'gitlab_ci'");
    assertThat(twoDatabases().run("db validate-config").exitCode()).isZero();
  }

  @Test
  void aWrongStageIsFoundByAskingTheDatabases() {
    Cli tasksTwice = twoDatabases().with("BBM_CI_URL", elsewhere(one));
    Cli tasksNever = twoConnections().with("BBM_CI_URL", two.url());

    assertThat(tasksTwice.run("db validate-config").exitCode()).isEqualTo(2);
    assertThat(tasksNever.run("db validate-config").exitCode()).isEqualTo(2);
  }

  private Cli single() {
    return new Cli(folder).with("BBM_ENV", "single").with("BBM_MAIN_URL", one.url());
  }

  private Cli twoConnections() {
    return single().with("BBM_ENV", "two_connections").with("BBM_CI_URL", elsewhere(one));
  }

  private Cli twoDatabases() {
    return single().with("BBM_ENV", "two_databases").with("BBM_CI_URL", two.url());
  }

  private static String elsewhere(PostgresExtension database) {
    return database.url().replace("localhost", "127.0.0.1");
  }

  private static String owners(PostgresExtension database) {
    return Installed.rows(
        database,
        "SELECT gitlab_schema, owner_database, epoch FROM bbm.schema_ownership WHERE state = 'ACTIVE' ORDER BY 1");
  }
}
