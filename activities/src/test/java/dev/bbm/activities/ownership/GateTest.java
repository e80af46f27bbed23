package dev.bbm.activities.ownership;

import static dev.bbm.activities.database.SqlStateAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody writes for a gitlab_schema that its row does not give to them. */
final class GateTest {

  private static final String FENCE =
      "UPDATE bbm.schema_ownership SET state = 'FENCED', epoch = epoch + 1 WHERE gitlab_schema = ?";
  private static final String GATE =
      "SELECT bbm.gate('gitlab_main', 'main', 1, (SELECT place FROM bbm.database_identity))";

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;
  private TestSession writer;
  private TestSession fence;

  @BeforeEach
  void begin() throws SQLException {
    session = new TestSession(postgres);
    writer = new TestSession(postgres);
    fence = new TestSession(postgres);
    session.script(
        """
        DELETE FROM bbm.schema_ownership;
        DELETE FROM bbm.failovers;
        SELECT bbm.install_ownership('main', false, '{gitlab_main,gitlab_ci,gitlab_shared}');
        """);
  }

  @AfterEach
  void end() throws SQLException {
    fence.close();
    writer.close();
    session.close();
  }

  @Test
  void letsTheOwnerPass() throws SQLException {
    session.run(GATE);
    session.run("SELECT bbm.gate('gitlab_main')");
    session.run("SELECT bbm.gate('gitlab_shared', 'any', 1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          owner_database = 'ci'         | its owner is "ci", not "main"
          epoch = 2                     | its epoch is 2, not 1
          place = gen_random_uuid()     | its row was written at another place
          timeline = timeline + 1       | its row is valid on timeline
          state = 'FENCED'              | it is FENCED at epoch 1
          state = 'READY'               | it is READY at epoch 1
          state = 'RETIRED'             | it is RETIRED at epoch 1
          """)
  void refusesWhoeverTheRowDoesNotName(String changed, String words) throws SQLException {
    session.run(
        "UPDATE bbm.schema_ownership SET " + changed + " WHERE gitlab_schema = 'gitlab_main'");

    assertRefused("BM001", words, () -> session.run(GATE));
    session.run("SELECT bbm.gate('gitlab_ci', 'main', 1)");
  }

  @Test
  void refusesASchemaWithoutARow() {
    assertRefused(
        "BM001",
        "does not live in this database",
        () -> session.run("SELECT bbm.gate('gitlab_geo')"));
  }

  @Test
  void refusesAStrangersPlaceAndAMissingIdentity() throws SQLException {
    assertRefused(
        "BM001",
        "written at another place",
        () -> session.run("SELECT bbm.gate('gitlab_main', 'main', 1, gen_random_uuid())"));

    writer.begin();
    writer.run("DELETE FROM bbm.database_identity");
    assertRefused(
        "BM001", "written at another place", () -> writer.run("SELECT bbm.gate('gitlab_main')"));
    writer.rollback();
  }

  @Test
  void checksNoTimelineWhereTheProviderHidesIt() throws SQLException {
    session.run("UPDATE bbm.schema_ownership SET timeline = 0");

    session.run(GATE);
  }

  @Test
  void refusesWorkDuringADrainButNotThoseWhoEndIt() throws SQLException {
    session.run("UPDATE bbm.schema_ownership SET drain_until = now() + interval '1 hour'");

    assertRefused("BM003", "is being drained until", () -> session.run(GATE));
    session.run("SELECT bbm.gate('gitlab_main', p_draining_too => true)");
    assertRefused(
        "BM003", "drained", () -> session.run("SELECT bbm.gate_for_queueing('gitlab_main')"));

    session.run("UPDATE bbm.schema_ownership SET drain_until = now() - interval '1 second'");
    session.run(GATE);
  }

  @ParameterizedTest
  @CsvSource({
    Connection.TRANSACTION_REPEATABLE_READ + "",
    Connection.TRANSACTION_SERIALIZABLE + ""
  })
  void needsReadCommitted(int isolation) throws SQLException {
    writer.begin(isolation);

    assertRefused("BM002", "the gate needs READ COMMITTED", () -> writer.run(GATE));
  }

  @Test
  void aFenceWaitsForTheSubBatchUnderWayInItsSchemaAndThenNobodyPasses() throws Exception {
    writer.begin().run(GATE);
    int fencing = fence.pid();
    CompletableFuture<Void> fenced = inBackground(() -> fence.run(FENCE, "gitlab_main"));

    session.awaitBlocked(fencing);
    assertThat(fenced).isNotDone();
    writer.commit();
    fenced.get(60, TimeUnit.SECONDS);

    assertRefused("BM001", "it is FENCED at epoch 2", () -> writer.run(GATE));
  }

  @Test
  void aFenceDoesNotWaitForOtherSchemas() throws SQLException {
    writer.begin().run(GATE);
    fence.run("SET lock_timeout = '2s'");

    fence.run(FENCE, "gitlab_ci");

    assertThat(
            session.one("SELECT state FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_ci'"))
        .isEqualTo("FENCED");
  }

  @Test
  void whoWaitsAtTheGateSeesTheFenceThatItWaitedFor() throws Exception {
    fence.begin().run(FENCE, "gitlab_main");
    int waiting = writer.pid();
    CompletableFuture<Void> written = inBackground(() -> writer.run(GATE));

    session.awaitBlocked(waiting);
    fence.commit();

    assertThat(written)
        .failsWithin(60, TimeUnit.SECONDS)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOfSatisfying(
            SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("BM001"));
  }

  @Test
  void twoFencesOfTheSameSchemasInOppositeOrderDoNotDeadlock() throws Exception {
    writer.begin().run(GATE);
    CompletableFuture<Void> one = multiSchemaFence(fence, "{gitlab_main,gitlab_ci,gitlab_main}");
    try (var other = new TestSession(postgres)) {
      CompletableFuture<Void> two = multiSchemaFence(other, "{gitlab_ci,gitlab_main}");
      writer.commit();

      one.get(60, TimeUnit.SECONDS);
      two.get(60, TimeUnit.SECONDS);
    }
  }

  private CompletableFuture<Void> multiSchemaFence(TestSession by, String schemas)
      throws Exception {
    int fencing = by.pid();
    by.begin();
    CompletableFuture<Void> fenced =
        inBackground(() -> {
          by.run("SELECT bbm.lock_ownership_keys(?::text[])", schemas);
          by.run(
              "UPDATE bbm.schema_ownership SET epoch = epoch + 1 WHERE gitlab_schema = ANY"
                  + " (?::text[])",
              schemas);
          by.commit();
        });
    session.awaitBlocked(fencing);
    return fenced;
  }

  @ParameterizedTest
  @CsvSource({
    Connection.TRANSACTION_REPEATABLE_READ + "",
    Connection.TRANSACTION_SERIALIZABLE + ""
  })
  void queueingWithAnOldSnapshotSeesAFenceOfLater(int isolation) throws SQLException {
    writer.begin(isolation).run("SELECT count(*) FROM bbm.schema_ownership");
    fence.run(FENCE, "gitlab_main");

    assertRefused(
        "40001",
        "could not serialize access",
        () -> writer.run("SELECT bbm.gate_for_queueing('gitlab_main')"));
  }

  @Test
  void queueingForGitlabSharedWithAnOldSnapshotSeesAFenceOfAnotherSchema() throws SQLException {
    writer
        .begin(Connection.TRANSACTION_REPEATABLE_READ)
        .run("SELECT count(*) FROM bbm.schema_ownership");
    fence.run(FENCE, "gitlab_ci");

    assertRefused(
        "40001",
        "could not serialize",
        () -> writer.run("SELECT bbm.gate_to_queue('gitlab_shared')"));
  }

  @Test
  void queueingInRepeatableReadIsRefusedForAFenceOfBefore() throws SQLException {
    fence.run(FENCE, "gitlab_main");
    writer.begin(Connection.TRANSACTION_REPEATABLE_READ);

    assertRefused(
        "BM001",
        "may not be changed here",
        () -> writer.run("SELECT bbm.gate_for_queueing('gitlab_main')"));
  }

  private interface Work {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> inBackground(Work work) {
    var done = new CompletableFuture<Void>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            work.run();
            done.complete(null);
          } catch (Exception failed) {
            done.completeExceptionally(failed);
          }
        });
    return done;
  }
}
