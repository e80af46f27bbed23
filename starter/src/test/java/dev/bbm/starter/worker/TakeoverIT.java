package dev.bbm.starter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Pooler;
import dev.bbm.activities.topology.SchemaInstaller;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.command.Cli;
import dev.bbm.starter.embedded.DatabaseServerOptions;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.embedded.UserCache;
import dev.bbm.starter.testbed.Levers;
import dev.bbm.starter.testbed.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A failover moves gitlab_ci from one server to its copy. The first server is killed in the middle
 * of it, and its replica, to which neither fence nor journal had come, is promoted.
 */
@Timeout(300)
final class TakeoverIT {

  private static final String JOURNAL = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

  @TempDir private Path folder;
  private EmbeddedDatabaseServer server;
  private EmbeddedStandby replica;
  private EmbeddedStandby copy;
  private Database main;
  private Database ci;
  private final Clock clock = new Clock();

  @BeforeEach
  void fenceAndLoseTheTail() {
    server =
        new EmbeddedDatabaseServer(
            DatabaseServerOptions.throwaway(folder.resolve("primary"))
                .withDatabases(List.of("app")),
            UserCache.of(System.getenv()));
    server.start();
    try (var database = open("main", true, server)) {
      SchemaInstaller.install(database);
    }
    sql(server)
        .execute(
            "SELECT bbm.install_ownership('main', true, '{gitlab_main,gitlab_shared}')",
            "SELECT bbm.install_ownership('ci', false, '{gitlab_ci,gitlab_shared}')");
    replica = EmbeddedStandby.of(server, folder.resolve("replica"));
    copy = EmbeddedStandby.of(server, folder.resolve("copy"));
    main = open("main", true, server, replica.server());
    ci = open("ci", false, server, replica.server(), copy.server());
    new Levers(server).awaitCaughtUp(new Levers(replica.server()));
    new Levers(replica.server()).cutStream();
    sql(server)
        .execute(
            "INSERT INTO bbm.failovers (id, from_database, to_database) VALUES ('%s', 'main', 'ci')"
                .formatted(JOURNAL),
            "UPDATE bbm.schema_ownership SET state = 'FENCED', epoch = 2, failover_id = '%s' WHERE gitlab_schema = 'gitlab_ci'"
                .formatted(JOURNAL));
    new Levers(server).awaitCaughtUp(new Levers(copy.server()));
    server.killHard();
    new Levers(replica.server()).promote();
  }

  @AfterEach
  void stop() {
    Stream.of(main, ci).forEach(Database::close);
    copy.close();
    replica.close();
    server.close();
  }

  @Test
  void waitsForAFailoverThatOnlyTemporalRemembers() {
    followPromotion(true);
    assertThat(epochOfCi(replica)).isEqualTo("1");
    assertThat(lastWait())
        .isEqualTo(
            "Temporal runs a failover, or does not answer; a person decides: ./bbm failover takeover ci");

    finishTheFailover();

    assertThat(acceptors()).containsExactly("copy");
  }

  /** The mutant: it asks nobody whether a failover runs. */
  @Test
  void takingOverDespiteTheFailoverMakesTwoOwners() {
    followPromotion(false);
    assertThat(epochOfCi(replica)).isEqualTo("2");

    finishTheFailover();

    assertThat(acceptors()).containsExactly("replica", "copy");
  }

  @Test
  void doesNotTakeOverWhatACopyIsReadyToRun() {
    ready();

    followPromotion(false);

    assertThat(epochOfCi(replica)).isEqualTo("1");
    assertThat(lastWait())
        .contains(
            "has gitlab_ci as READY, so a failover is under way: ./bbm failover resume, or ./bbm failover abort");
  }

  @Test
  void doesNotTakeOverByItselfWhatAnotherPlaceRuns() {
    finishTheFailover();

    new EndpointWatch(ci, "worker").look();
    assertThat(ci.current().url()).isEqualTo(copy.server().jdbcUrl("app"));
    Takeover ofMain = takeover(main, false);
    consider(main, ofMain);

    assertThat(
            sql(replica.server())
                .rows("SELECT gitlab_schema, state, epoch FROM bbm.schema_ownership ORDER BY 1"))
        .as("gitlab_ci is of another name, and refused by its timeline")
        .containsExactly("gitlab_ci|ACTIVE|1", "gitlab_main|ACTIVE|1", "gitlab_shared|ACTIVE|1");
    assertThat(
            sql(replica.server())
                .value(
                    "SELECT reason FROM bbm.migration_events WHERE kind = 'takeover waits' ORDER BY id DESC LIMIT 1"))
        .contains("owns gitlab_ci by a failover of which this place has lost the decision");
    assertThat(acceptors()).containsExactly("copy");
  }

  @Test
  void aPersonRetiresHereWhatAnotherPlaceRuns() throws IOException {
    finishTheFailover();
    Files.writeString(
        folder.resolve("bbm.yml"),
        """
        databases:
          main: {endpoints: ['%1$s', '%2$s']}
          ci: {endpoints: ['%1$s', '%2$s', '%3$s'], database_tasks: false}
        """
            .formatted(
                server.jdbcUrl("app"),
                replica.server().jdbcUrl("app"),
                copy.server().jdbcUrl("app")));
    var bbm = new Cli(folder).with("TEMPORAL_ADDRESS", "127.0.0.1:1");

    Cli.Result taken = bbm.run("failover takeover main --without-temporal --yes");

    assertThat(taken.exitCode()).isZero();
    assertThat(taken.out())
        .contains(
            "owns gitlab_ci by a failover of which this place has lost the decision",
            "main: took over gitlab_main, gitlab_shared\n",
            "main: retired gitlab_ci; lock its tables again: ./bbm db lock-writes --database main\n");
    assertThat(
            sql(replica.server())
                .rows("SELECT gitlab_schema, state, epoch FROM bbm.schema_ownership ORDER BY 1"))
        .containsExactly("gitlab_ci|RETIRED|2", "gitlab_main|ACTIVE|2", "gitlab_shared|ACTIVE|2");
    assertThat(acceptors()).containsExactly("copy");
    assertThat(bbm.run("failover takeover ci --yes").out()).contains("ci: nothing to take over");
  }

  @Test
  void waitsForAPersonWhereBbmYmlSaysSo() {
    try (Database manual = withManualTakeover()) {
      new EndpointWatch(manual, "worker").look();
      consider(manual, takeover(manual, false));
    }

    assertThat(epochOfCi(replica)).isEqualTo("1");
    assertThat(lastWait())
        .isEqualTo("bbm.yml says takeover: manual; a person decides: ./bbm failover takeover ci");
  }

  private void followPromotion(boolean failoverRuns) {
    new EndpointWatch(ci, "worker").look();
    assertThat(ci.current().url()).isEqualTo(replica.server().jdbcUrl("app"));
    consider(ci, takeover(ci, failoverRuns));
  }

  private void consider(Database database, Takeover takeover) {
    new EndpointWatch(database, "worker").look();
    for (int look = 0; look < 2; look++) {
      takeover.consider(
          database
              .transactions()
              .reading(session -> session.getMapper(OwnershipMapper.class).listOwnership()));
      clock.pass(Duration.ofSeconds(11));
    }
  }

  private Takeover takeover(Database database, boolean failoverRuns) {
    return new Takeover(database, List.of(main, ci), () -> failoverRuns, "worker", clock);
  }

  /** What the coordinator still does: it has seen the fence on the copy. */
  private void finishTheFailover() {
    ready();
    sql(copy.server())
        .execute(
            "UPDATE bbm.schema_ownership SET state = 'ACTIVE', epoch = 3 WHERE state = 'READY'");
  }

  private void ready() {
    new Levers(copy.server()).promote();
    sql(copy.server())
        .execute(
            "DELETE FROM bbm.database_identity WHERE database_name <> 'ci'",
            "UPDATE bbm.database_identity SET place = '%s', names_ids = true".formatted(JOURNAL),
            "UPDATE bbm.schema_ownership SET place = '%s', timeline = bbm.current_timeline(), state = CASE gitlab_schema WHEN 'gitlab_main' THEN 'RETIRED' ELSE 'READY' END"
                .formatted(JOURNAL));
  }

  /** The servers whose gate lets somebody work on gitlab_ci. */
  private List<String> acceptors() {
    var accepting = new ArrayList<String>();
    addIfAccepting("replica", replica, accepting);
    addIfAccepting("copy", copy, accepting);
    return accepting;
  }

  private static void addIfAccepting(String name, EmbeddedStandby on, List<String> accepting) {
    try {
      sql(on.server()).value("SELECT bbm.gate('gitlab_ci', 'ci')");
      accepting.add(name);
    } catch (IllegalStateException refused) {
      assertThat(refused).hasMessageContaining("may not be changed here");
    }
  }

  private String lastWait() {
    return sql(replica.server()).value("SELECT bbm.takeover_wait('gitlab_ci')");
  }

  private static String epochOfCi(EmbeddedStandby on) {
    return sql(on.server())
        .value("SELECT epoch FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_ci'");
  }

  private static Sql sql(EmbeddedDatabaseServer on) {
    return new Sql(on.jdbcUrl("app"));
  }

  private Database withManualTakeover() {
    DatabaseSettings it = ci.settings();
    return OpenDatabase.of(
        new DatabaseSettings(
            it.name(),
            it.endpoints(),
            null,
            it.gitlabSchemas(),
            List.of(),
            null,
            false,
            true,
            false,
            3),
        "bbm/test",
        List.of());
  }

  private static Database open(String name, boolean tasks, EmbeddedDatabaseServer... servers) {
    return OpenDatabase.of(
        new DatabaseSettings(
            name,
            Stream.of(servers)
                .map(it -> new Address(it.jdbcUrl("app"), "", new Secret(""), Pooler.NONE))
                .toList(),
            null,
            List.of("gitlab_" + name, "gitlab_shared"),
            List.of(),
            null,
            tasks,
            true,
            true,
            3),
        "bbm/test",
        List.of());
  }

  /** Time that passes when it is told to. */
  private static final class Clock implements java.time.InstantSource {
    private Instant now = Instant.EPOCH;

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
