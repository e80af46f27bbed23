package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.command.ThreePlaces.Third;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import dev.bbm.starter.testbed.CountedTable;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A failover on the result of another one: of the source again, or of the copy. */
@Timeout(240)
final class SecondFailoverIT {

  private static final Third SEC = new Third("sec", "gitlab_sec", CountedTable.USERS, "main");
  private static final Third LOGS = new Third("logs", "gitlab_logs", CountedTable.LOGS, "ci");

  private static final String OWNERS =
      "SELECT concat_ws(' ', o.gitlab_schema, o.owner_database, o.state) FROM bbm.schema_ownership AS o ORDER BY 1";

  private static final String STATUSES =
      "SELECT concat_ws(' ', m.table_name, bbm.status_name(m.status)) FROM bbm.batched_background_migrations AS m ORDER BY m.id";

  /** All that a failover elsewhere must leave as it is. */
  private static final String CI =
      """
      SELECT jsonb_build_object(
                 'owner', (SELECT jsonb_agg(to_jsonb(o) - 'updated_at' ORDER BY o.gitlab_schema) FROM bbm.schema_ownership AS o),
                 'migrations', (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.id) FROM bbm.batched_background_migrations AS m),
                 'jobs', (SELECT jsonb_agg(to_jsonb(j) ORDER BY j.id) FROM bbm.batched_background_migration_jobs AS j),
                 'identity', (SELECT jsonb_agg(to_jsonb(i)) FROM bbm.database_identity AS i))
      """;

  @TempDir private Path folder;
  private TemporalDevServerProcess temporal;

  @BeforeEach
  void startTemporal() {
    temporal = FailoverTrial.temporal(folder.resolve("temporal"));
  }

  @AfterEach
  void stopTemporal() {
    if (temporal != null) {
      temporal.close();
    }
  }

  @Test
  void theSourceGivesUpAnotherSchemaBeforeTheFirstFailoverIsCleanedUp()
      throws IOException, InterruptedException {
    try (var places = ThreePlaces.start(temporal, folder, SEC)) {
      move(places, "ci");
      places.buildTheThird();
      String ci = places.onCi().value(CI);

      assertThat(move(places, "sec"))
          .contains("main_2 stopped at id 100 → sec_2 started at id 100: moved at its cursor")
          .contains("✓ main retired, 1 migrations transferred", "✓ verified 9/9")
          .doesNotContain("main_3 ", "main_5 ");

      assertThat(places.onCi().value(CI)).isEqualTo(ci);
      assertThat(places.onMain().rows(OWNERS))
          .containsExactly(
              "gitlab_ci ci RETIRED",
              "gitlab_main main ACTIVE",
              "gitlab_sec sec RETIRED",
              "gitlab_shared * ACTIVE");
      assertThat(places.onThird().rows(OWNERS))
          .containsExactly(
              "gitlab_ci ci RETIRED",
              "gitlab_main main RETIRED",
              "gitlab_sec sec ACTIVE",
              "gitlab_shared * ACTIVE");
      assertThat(places.onThird().rows(STATUSES))
          .containsExactly(
              "routes stale",
              "users active",
              "ci_builds stale",
              "ci_pipelines stale",
              "p_ci_logs stale",
              "leases active",
              "strays quarantined");
      answers(places, "main_2 is sec_2", "main_3 is ci_3", "main_5 is ci_5");
      assertThat(places.afterwards()).isEmpty();

      places.workToTheEnd();

      assertThat(places.whenAllIsDone()).isEmpty();
      assertThat(places.run("failover cleanup ci --yes").out())
          .startsWith("deleted 3 transferred migrations of main and 2 stale ones of ci\n");
      assertThat(places.run("failover cleanup sec --yes").out())
          .startsWith("deleted 1 transferred migrations of main and 4 stale ones of sec\n");
      assertThat(places.run("list --all").out()).doesNotContain("transferred", "stale");
      answers(places, "main_2 is sec_2", "main_3 is ci_3", "main_5 is ci_5");
      assertThat(places.whenAllIsDone()).isEmpty();
    }
  }

  @Test
  void theCopyGivesUpASchemaAfterTheFirstFailoverIsCleanedUp()
      throws IOException, InterruptedException {
    try (var places = ThreePlaces.start(temporal, folder, LOGS)) {
      move(places, "ci");
      answers(places, "main_5 is ci_5");
      assertThat(places.run("failover cleanup ci --yes").exitCode()).isZero();
      places.buildTheThird();

      assertThat(move(places, "logs"))
          .contains("ci_5 stopped at id 100 → logs_5 started at id 100: moved at its cursor")
          .contains("✓ ci retired, 1 migrations transferred", "✓ verified 9/9");

      assertThat(places.onCi().rows(OWNERS))
          .containsExactly(
              "gitlab_ci ci ACTIVE",
              "gitlab_logs logs RETIRED",
              "gitlab_main main RETIRED",
              "gitlab_shared * ACTIVE");
      assertThat(places.onThird().rows(OWNERS))
          .containsExactly(
              "gitlab_ci ci RETIRED",
              "gitlab_logs logs ACTIVE",
              "gitlab_main main RETIRED",
              "gitlab_shared * ACTIVE");
      answers(places, "main_5 is logs_5", "ci_5 is logs_5", "main_3 is ci_3");
      assertThat(places.afterwards()).isEmpty();

      places.workToTheEnd();

      assertThat(places.run("failover cleanup logs --yes").out())
          .startsWith("deleted 1 transferred migrations of ci and 2 stale ones of logs\n");
      answers(places, "main_5 is logs_5", "ci_5 is logs_5", "main_3 is ci_3");
      assertThat(places.whenAllIsDone()).isEmpty();
    }
  }

  @Test
  void theFirstIsRolledBackThoughTheSecondStays() throws IOException {
    try (var places = ThreePlaces.start(temporal, folder, SEC)) {
      move(places, "ci");
      places.buildTheThird();
      move(places, "sec");

      Result back =
          places.bbm().runWords("failover", "rollback", "ci", "--reason", "slow", "--yes");

      assertThat(back.err()).isEmpty();
      assertThat(back.out()).contains("rolled back, everything is back");
      assertThat(places.onMain().rows(OWNERS))
          .containsExactly(
              "gitlab_ci ci ACTIVE",
              "gitlab_main main ACTIVE",
              "gitlab_sec sec RETIRED",
              "gitlab_shared * ACTIVE");
      assertThat(places.run("status main_3").out()).contains("main_3  CountBuilds", "active");
      answers(places, "main_2 is sec_2");
      assertThat(places.run("list").out()).contains("sec_2 ").doesNotContain("ci_3 ");
    }
  }

  private static void answers(ThreePlaces places, String... lines) {
    for (String line : lines) {
      var words = line.split(" is ");
      String database = words[1].substring(0, words[1].indexOf('_'));
      assertThat(places.run("status " + words[0]).err())
          .isEqualTo(
              "error: %s was moved to %s, where it is %s\nhint: ./bbm status %s\n"
                  .formatted(words[0], database, words[1], words[1]));
      assertThat(places.run("status " + words[1]).out()).startsWith(words[1] + "  Count");
    }
  }

  private static String move(ThreePlaces places, String target) {
    Result moved = places.run("failover start " + target + " --yes");
    assertThat(moved.err()).as(moved.out()).isEmpty();
    assertThat(moved.out()).contains("moved: " + target + " runs gitlab_");
    assertThat(moved.exitCode()).isZero();
    return moved.out();
  }
}
