package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.embedded.DatabaseServerOptions;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.embedded.UserCache;
import dev.bbm.starter.testbed.Levers;
import dev.bbm.starter.testbed.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a database of two servers: a primary, and a standby that is promoted. */
@Timeout(300)
final class EndpointsIT {

  @TempDir private Path folder;
  private EmbeddedDatabaseServer server;
  private EmbeddedStandby standby;
  private Levers promotion;
  private Sql primary;
  private Sql copy;
  private Cli cli;

  @BeforeEach
  void start() throws IOException {
    server =
        new EmbeddedDatabaseServer(
            DatabaseServerOptions.throwaway(folder.resolve("primary"))
                .withDatabases(List.of("app")),
            UserCache.of(System.getenv()));
    server.start();
    primary = new Sql(server.jdbcUrl("app"));
    primary.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
        "INSERT INTO orders VALUES (1)");
    cli = new Cli(folder).with("TEMPORAL_ADDRESS", "127.0.0.1:1");
    Installed.jobClass(folder, "AddOne", "orders");
    Installed.write(folder, "db/gitlab_schemas.yml", "orders: gitlab_main\n");
    configure(server.jdbcUrl("app"));
    Installed.init(cli);
    cli.run("queue AddOne orders");
    standby = EmbeddedStandby.of(server, folder.resolve("standby"));
    promotion = new Levers(standby.server());
    copy = new Sql(standby.server().jdbcUrl("app"));
    configure(server.jdbcUrl("app"), standby.server().jdbcUrl("app"));
  }

  @AfterEach
  void stop() {
    standby.close();
    server.close();
  }

  private void configure(String... endpoints) throws IOException {
    Installed.write(
        folder,
        "bbm.yml",
        "databases: {main: {endpoints: ['%s']}}\n".formatted(String.join("', '", endpoints)));
  }

  @Test
  void findNothingWrongWithAStandby() {
    assertThat(cli.run("db validate-config"))
        .satisfies(
            result -> assertThat(result.exitCode()).isZero(),
            result -> assertThat(result.err()).isEmpty());
  }

  @Test
  void warnOfAnEndpointThatIsSilent() {
    standby.server().killHard();

    assertThat(cli.run("db validate-config"))
        .satisfies(
            result -> assertThat(result.exitCode()).isZero(),
            result ->
                assertThat(result.err())
                    .startsWith(
                        "warning: endpoint jdbc:postgresql://127.0.0.1:%d/app?sslmode=disable of database \"main\" is not checked: "
                            .formatted(standby.server().port())));
  }

  @Test
  void followAPromotion() {
    killThePrimaryAndPromote();

    assertThat(cli.run("status main_1").out())
        .contains("held: the server was promoted (timeline 2, row says 1): waits for takeover");
    assertThat(cli.run("db ownership").out()).contains("no: this server runs on timeline 2");
    assertThat(cli.run("pause main_1").exitCode()).isEqualTo(3);
    assertThat(cli.run("failover takeover main"))
        .satisfies(
            result -> assertThat(result.exitCode()).isEqualTo(69),
            result ->
                assertThat(result.err())
                    .contains(
                        "so it is not known whether a failover runs\nhint: start it; or, if it is lost and you know that none runs, --without-temporal"));
    assertThat(cli.run("failover takeover main --without-temporal --dry-run"))
        .satisfies(
            result -> assertThat(result.exitCode()).isZero(),
            result ->
                assertThat(result.out())
                    .contains(
                        "was promoted from timeline 1 to 2; gitlab_main, gitlab_shared wait for takeover",
                        "does not answer, like a primary that failed  nothing against it"));
    assertThat(cli.typing("n").run("failover takeover main --without-temporal").exitCode())
        .isEqualTo(3);
    assertThat(epochs(copy)).isEqualTo("1");

    Result taken = cli.run("failover takeover main --without-temporal --yes");
    assertThat(taken.exitCode()).isZero();
    assertThat(taken.out()).endsWith("main: took over gitlab_main, gitlab_shared\n");
    assertThat(epochs(copy)).isEqualTo("2");
    assertThat(copy.rows("SELECT DISTINCT by FROM bbm.migration_events WHERE kind = 'takeover'"))
        .containsExactly("ann");

    Result again = cli.run("failover takeover main --yes");
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).startsWith("main: nothing to take over at jdbc:postgresql:");
    assertThat(cli.run("pause main_1").exitCode()).isZero();
    assertThat(status(copy)).isEqualTo("paused");
  }

  @Test
  void leaveAFormerPrimaryThatCameBack() {
    killThePrimaryAndPromote();
    cli.run("failover takeover main --without-temporal --yes");
    server.start();

    assertThat(cli.run("pause main_1").exitCode()).isZero();

    assertThat(status(copy)).isEqualTo("paused");
    assertThat(status(primary)).isEqualTo("active");
    assertThat(cli.run("db validate-config"))
        .satisfies(
            result -> assertThat(result.exitCode()).isEqualTo(2),
            result ->
                assertThat(result.err())
                    .contains("takes writes for the same place on an older timeline than"));
  }

  @Test
  void stayWithThePrimaryWhileACopyWasPromoted() {
    promotion.promote();

    assertThat(cli.run("pause main_1").exitCode()).isZero();
    assertThat(status(primary)).isEqualTo("paused");
    assertThat(cli.run("failover takeover main --yes").out())
        .startsWith("main: nothing to take over at " + withoutCredentials(server.jdbcUrl("app")));
    assertThat(cli.run("db validate-config").err()).contains("was promoted, and refuses all work");
  }

  @Test
  void takeNothingOverInTheMiddleOfAFailover() {
    primary.execute(
        "INSERT INTO bbm.failovers (id, from_database, to_database) VALUES (gen_random_uuid(), 'main', 'ci')");
    new Levers(server).awaitCaughtUp(promotion);
    killThePrimaryAndPromote();

    assertThat(cli.run("failover takeover main --without-temporal --yes"))
        .isEqualTo(
            new Result(
                3,
                "",
                """
                error: database "main" was promoted in the middle of a failover
                hint: ./bbm failover resume
                """));
    assertThat(epochs(copy)).isEqualTo("1");
  }

  @Test
  void changeNothingWhileACopyTakesWritesThatNothingTellsApart() {
    promotion.removeStandbySignal();

    assertThat(cli.run("pause main_1"))
        .satisfies(
            result -> assertThat(result.exitCode()).isEqualTo(3),
            result ->
                assertThat(result.err())
                    .contains(
                        "are different servers, both take writes, and both say that they are place",
                        "hint: ./bbm db validate-config"));
    assertThat(List.of(status(primary), status(copy))).containsExactly("active", "active");
    assertThat(cli.run("db validate-config").exitCode()).isEqualTo(2);
  }

  private void killThePrimaryAndPromote() {
    new Levers(server).awaitCaughtUp(promotion);
    server.killHard();
    promotion.promote();
  }

  private static String withoutCredentials(String url) {
    return url.substring(0, url.indexOf('?'));
  }

  private static String status(Sql on) {
    return on.value("SELECT bbm.status_name(status) FROM bbm.batched_background_migrations");
  }

  private static String epochs(Sql on) {
    return String.join(" ", on.rows("SELECT DISTINCT epoch FROM bbm.schema_ownership"));
  }
}
