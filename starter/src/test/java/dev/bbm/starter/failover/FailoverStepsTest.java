package dev.bbm.starter.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.testbed.FailoverPair;
import dev.bbm.starter.testbed.Levers;
import dev.bbm.workflows.failover.CheckResult;
import dev.bbm.workflows.failover.FailoverMessage;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverState;
import dev.bbm.workflows.failover.FailoverStep;
import dev.bbm.workflows.failover.MigrationVerdict;
import dev.bbm.workflows.failover.Promotion;
import dev.bbm.workflows.failover.StepRecord;
import dev.bbm.workflows.failover.StepRules;
import io.temporal.client.WorkflowFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class FailoverStepsTest {

  private static final String OWNERS =
      """
      SELECT o.gitlab_schema, o.owner_database, o.state, o.epoch, o.place = (SELECT i.place FROM bbm.database_identity AS i LIMIT 1),
             o.timeline = bbm.current_timeline(), o.drain_until IS NULL
        FROM bbm.schema_ownership AS o ORDER BY 1
      """;

  private static final String MIGRATIONS =
      """
      SELECT m.table_name, m.gitlab_schema, bbm.status_name(m.status) FROM bbm.batched_background_migrations AS m ORDER BY m.id
      """;

  @TempDir private Path folder;

  private FailoverPair pair;
  private FailoverOnServers failover;

  @BeforeEach
  void start() {
    pair = FailoverPair.start(folder);
    pair.queueEveryKind();
    failover = new FailoverOnServers(pair, new StepRules(), Map.of());
  }

  @AfterEach
  void stop() {
    failover.close();
    pair.close();
  }

  @Test
  void movesTheSchemaAndItsMigrations() {
    FailoverReport report = failover.run(failover.request(Promotion.PG_PROMOTE));

    assertThat(report.checks()).filteredOn(it -> !it.passed()).isEmpty();
    assertThat(report.checks()).extracting(CheckResult::code).contains("P1", "P13", "C1", "C9");
    assertThat(report.state()).isEqualTo(FailoverState.MOVED);
    assertThat(report.steps()).extracting(StepRecord::step).containsExactly(FailoverStep.values());
    assertThat(report.writePause()).isNotNull();
    assertThat(pair.onPrimary().rows(OWNERS))
        .containsExactly(
            "gitlab_ci|ci|RETIRED|2|t|t|t",
            "gitlab_main|main|ACTIVE|1|t|t|t",
            "gitlab_shared|*|ACTIVE|1|t|t|t");
    assertThat(pair.onStandby().rows(OWNERS))
        .containsExactly(
            "gitlab_ci|ci|ACTIVE|3|t|t|t",
            "gitlab_main|main|RETIRED|1|t|t|t",
            "gitlab_shared|*|ACTIVE|2|t|t|t");
    assertThat(pair.onPrimary().rows(MIGRATIONS))
        .containsExactly(
            "routes|gitlab_main|active",
            "users|gitlab_main|active",
            "ci_builds|gitlab_ci|transferred",
            "ci_pipelines|gitlab_ci|transferred",
            "p_ci_logs|gitlab_ci|transferred",
            "leases|gitlab_shared|active",
            "strays|gitlab_ci|quarantined");
    assertThat(pair.onStandby().rows(MIGRATIONS))
        .containsExactly(
            "routes|gitlab_main|stale",
            "users|gitlab_main|stale",
            "ci_builds|gitlab_ci|active",
            "ci_pipelines|gitlab_ci|active",
            "p_ci_logs|gitlab_ci|active",
            "leases|gitlab_shared|active",
            "strays|gitlab_ci|quarantined");
    assertThat(report.relabelled())
        .containsExactly(
            "main_4: ci_pipelines is gitlab_ci, not gitlab_main",
            "main_7 quarantined: table strays is unknown or gone");
    assertThat(report.migrations())
        .extracting(MigrationVerdict::verdict)
        .containsExactly(
            "stayed",
            "stayed",
            "moved at its cursor",
            "moved at its cursor",
            "moved at its cursor",
            "goes on in both places",
            "quarantined");
  }

  @Test
  void abortsWhenTheStreamIsCut() {
    var before =
        pair.onPrimary()
            .rows(
                "SELECT status, gitlab_schema FROM bbm.batched_background_migrations WHERE id IN (1, 3, 6) ORDER BY id");
    FailoverRequest request = failover.request(Promotion.PG_PROMOTE, FailoverStep.FENCE);
    var workflow = failover.workflow();
    var started = io.temporal.client.WorkflowClient.execute(workflow::run, request);
    awaitWaiting("approve step 3");
    pair.standbyLevers().cutStream();
    failover.running().approve(FailoverMessage.of(null, "the test"));

    assertThatThrownBy(started::join).rootCause().hasMessageContaining("was aborted");

    assertThat(failover.running().progress().state()).isEqualTo(FailoverState.ABORTED);
    assertThat(pair.onPrimary().rows(OWNERS))
        .containsExactly(
            "gitlab_ci|ci|ACTIVE|3|t|t|t",
            "gitlab_main|main|ACTIVE|1|t|t|t",
            "gitlab_shared|*|ACTIVE|1|t|t|t");
    assertThat(
            pair.onPrimary()
                .rows(
                    "SELECT status, gitlab_schema FROM bbm.batched_background_migrations WHERE id IN (1, 3, 6) ORDER BY id"))
        .isEqualTo(before);
    assertThat(pair.onPrimary().rows("SELECT relation FROM bbm.write_locks('{}') WHERE triggered"))
        .isEmpty();
  }

  @Test
  void fencesWhenASynchronousStandbyShowsIt() throws IOException {
    pair.primaryLevers().set("synchronous_standby_names", "ANY 1 (standby)");
    try (var other = EmbeddedStandby.of(pair.primary(), folder.resolve("other"))) {
      var levers = new Levers(other.server());
      FailoverRequest request = failover.request(Promotion.PG_PROMOTE, FailoverStep.FENCE);
      var started = io.temporal.client.WorkflowClient.execute(failover.workflow()::run, request);
      awaitWaiting("approve step 3");
      levers.pauseReplay();
      pair.standbyLevers().pauseReplay();
      failover.running().approve(FailoverMessage.of(null, "the test"));
      Await.until(
          "the fence waits until a standby shows it",
          Duration.ofMinutes(2),
          () ->
              !pair.onPrimary()
                  .rows("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                  .isEmpty());
      levers.resumeReplay();
      pair.standbyLevers().resumeReplay();

      assertThat(started.join().state()).isEqualTo(FailoverState.MOVED);
    }
  }

  @Test
  void refusesToPromoteTheOnlySynchronousStandby() {
    pair.primaryLevers().set("synchronous_standby_names", "standby");

    assertThatThrownBy(() -> failover.run(failover.request(Promotion.PG_PROMOTE)))
        .rootCause()
        .hasMessageContaining(
            "the source commits synchronously (synchronous_standby_names = 'standby') and has no other standby");
  }

  @Test
  void rollsBackAfterTheEnd() {
    FailoverRequest request = failover.request(Promotion.PG_PROMOTE);
    failover.run(request);

    FailoverReport report = failover.rollBack(request, false);

    assertThat(report.migrations())
        .extracting(MigrationVerdict::verdict)
        .containsExactly(
            "stayed",
            "stayed",
            "back at its cursor; what the copy changed is done again",
            "back at its cursor; what the copy changed is done again",
            "back at its cursor; what the copy changed is done again",
            "stayed",
            "quarantined");
    assertThat(pair.onPrimary().rows(OWNERS))
        .containsExactly(
            "gitlab_ci|ci|ACTIVE|5|t|t|t",
            "gitlab_main|main|ACTIVE|1|t|t|t",
            "gitlab_shared|*|ACTIVE|1|t|t|t");
    assertThat(pair.onStandby().rows("SELECT DISTINCT state FROM bbm.schema_ownership"))
        .containsExactly("RETIRED");
    assertThat(pair.onPrimary().rows(MIGRATIONS))
        .contains("ci_builds|gitlab_ci|active", "p_ci_logs|gitlab_ci|active");
    assertThat(pair.onStandby().rows(MIGRATIONS))
        .contains("ci_builds|gitlab_ci|stale", "leases|gitlab_shared|stale");
  }

  @Test
  void refusesWhileChecksFail() {
    pair.standbyLevers().promote();

    assertThatThrownBy(() -> failover.run(failover.request(Promotion.PG_PROMOTE)))
        .isInstanceOf(WorkflowFailedException.class)
        .rootCause()
        .hasMessageContaining("it is no standby: build a new one");

    assertThat(pair.onPrimary().rows(OWNERS))
        .containsExactly(
            "gitlab_ci|ci|ACTIVE|1|t|t|t",
            "gitlab_main|main|ACTIVE|1|t|t|t",
            "gitlab_shared|*|ACTIVE|1|t|t|t");
  }

  private void awaitWaiting(String text) {
    Await.until(
        "it waits for: " + text,
        Duration.ofMinutes(2),
        () -> {
          String waiting = failover.running().progress().waitingFor();
          return waiting != null && waiting.contains(text);
        });
  }
}
