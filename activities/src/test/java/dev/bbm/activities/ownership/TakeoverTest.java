package dev.bbm.activities.ownership;

import static dev.bbm.activities.database.SqlStateAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a promotion leaves in the rows, and what a takeover makes of it. */
final class TakeoverTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;

  @BeforeAll
  static void createTables() {
    postgres.execute(
        """
        CREATE TABLE routes (id bigint PRIMARY KEY);
        CREATE TABLE builds (id bigint PRIMARY KEY);
        INSERT INTO routes VALUES (1);
        INSERT INTO builds VALUES (1);
        INSERT INTO bbm.table_schemas VALUES ('routes', 'gitlab_main'), ('builds', 'gitlab_ci');
        """);
  }

  @BeforeEach
  void install() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        """
        DELETE FROM bbm.failovers;
        DELETE FROM bbm.migration_events;
        DELETE FROM bbm.batched_background_migrations;
        DELETE FROM bbm.schema_ownership;
        DELETE FROM bbm.database_identity WHERE database_name = 'ci';
        SELECT bbm.install_ownership('main', false, '{gitlab_main,gitlab_ci,gitlab_shared}');
        """);
  }

  @AfterEach
  void end() throws SQLException {
    session.close();
  }

  @Test
  void takesOverTheNewTimelineOfItsOwnSchemasWithANewEpoch() throws SQLException {
    promoted();

    assertThat(session.one("SELECT bbm.take_over_timeline('main', 'worker')"))
        .isEqualTo("{gitlab_main,gitlab_shared}");
    assertThat(
            session.one(
                """
                SELECT string_agg(format('%s/%s/%s', gitlab_schema, epoch, timeline = bbm.current_timeline()), ' ' ORDER BY gitlab_schema)
                  FROM bbm.schema_ownership
                """))
        .isEqualTo("gitlab_ci/1/f gitlab_main/2/t gitlab_shared/2/t");
    assertThat(session.one("SELECT bbm.take_over_timeline('main', 'worker')")).isEqualTo("{}");
    assertThat(session.number("SELECT count(*) FROM bbm.migration_events WHERE kind = 'takeover'"))
        .isEqualTo(2);
  }

  @Test
  void doesNotTakeOverInTheMiddleOfAFailover() throws SQLException {
    promoted();
    session.run(
        "INSERT INTO bbm.failovers (id, from_database, to_database) VALUES (gen_random_uuid(),"
            + " 'main', 'ci')");

    assertRefused(
        "BM001",
        "in the middle of a failover",
        () -> session.run("SELECT bbm.take_over_timeline('main', 'worker')"));
    assertThat(
            session.one("SELECT string_agg(DISTINCT epoch::text, ' ') FROM bbm.schema_ownership"))
        .isEqualTo("1");

    session.run("UPDATE bbm.failovers SET decision = 'ABORT', decided_at = now()");
    assertThat(session.one("SELECT bbm.take_over_timeline('main', 'worker')"))
        .isEqualTo("{gitlab_main,gitlab_shared}");
  }

  @Test
  void retiresAgainWhatAnotherPlaceOwnsByADecisionThatIsLost() throws SQLException {
    session.script(
        """
        SELECT bbm.queue_batched_background_migration('Touch', 'routes');
        SELECT bbm.queue_batched_background_migration('Touch', 'builds');
        """);
    session.run("UPDATE bbm.batched_background_migrations SET gitlab_schema = 'gitlab_main'");
    promoted();

    assertThat(session.one("SELECT bbm.take_over_timeline('main', 'ann', '{gitlab_ci}')"))
        .isEqualTo("{gitlab_main,gitlab_shared}");

    assertThat(
            session.one(
                "SELECT format('%s/%s/%s', state, epoch, timeline = bbm.current_timeline()) FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_ci'"))
        .isEqualTo("RETIRED/2/t");
    assertThat(
            session.one(
                "SELECT string_agg(format('%s %s %s', table_name, bbm.status_name(status), status_before_failover), ', ' ORDER BY table_name) FROM bbm.batched_background_migrations WHERE table_name IN ('builds', 'routes')"))
        .as("by the dictionary: the label is wrong")
        .isEqualTo("builds transferred 1, routes active ");
    assertRefused("BM001", "it is RETIRED", () -> session.run("SELECT bbm.gate('gitlab_ci')"));
  }

  @Test
  void retiresNothingThatWasNotPromoted() throws SQLException {
    assertThat(session.one("SELECT bbm.take_over_timeline('main', 'ann', '{gitlab_ci}')"))
        .isEqualTo("{}");
    assertThat(session.one("SELECT string_agg(DISTINCT state, ' ') FROM bbm.schema_ownership"))
        .isEqualTo("ACTIVE");
  }

  @Test
  void tellsOncePerReasonWhyNothingRunsAfterAPromotion() throws SQLException {
    promoted();
    for (String reason : List.of("in 10 s", "in 10 s", "a is silent", "a is silent")) {
      session.run("SELECT bbm.note_takeover_wait('main', 'worker', ?)", reason);
    }

    assertThat(
            session.one(
                "SELECT string_agg(gitlab_schema || ' ' || reason, ', ' ORDER BY id) FROM bbm.migration_events WHERE kind = 'takeover waits'"))
        .isEqualTo(
            "gitlab_main in 10 s, gitlab_shared in 10 s, gitlab_main a is silent, gitlab_shared a is silent");
    assertThat(session.one("SELECT bbm.takeover_wait('gitlab_main')")).isEqualTo("a is silent");
  }

  @Test
  void givesSharedSchemasToTheFirstNameThatOwnsAnythingHere() throws SQLException {
    assertThat(session.one("SELECT bbm.first_name_here()")).isEqualTo("main");

    session.run("UPDATE bbm.database_identity SET names_ids = true");
    session.run(
        "INSERT INTO bbm.database_identity (database_name, place, names_ids) SELECT 'ci', place, false FROM bbm.database_identity");
    session.run(
        "UPDATE bbm.schema_ownership SET owner_database = 'ci' WHERE gitlab_schema = 'gitlab_ci'");
    assertThat(session.one("SELECT bbm.first_name_here()")).as("both names").isEqualTo("main");

    session.run(
        "UPDATE bbm.schema_ownership SET state = 'RETIRED' WHERE gitlab_schema = 'gitlab_main'");
    assertThat(session.one("SELECT bbm.first_name_here()"))
        .as("on the copy that ci has adopted")
        .isEqualTo("ci");
  }

  /** The rows as a promotion leaves them; gitlab_ci is another database's. */
  private void promoted() throws SQLException {
    session.run("UPDATE bbm.schema_ownership SET timeline = timeline + 1");
    session.run(
        "UPDATE bbm.schema_ownership SET owner_database = 'ci' WHERE gitlab_schema = 'gitlab_ci'");
  }
}
