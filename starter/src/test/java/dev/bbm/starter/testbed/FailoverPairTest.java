package dev.bbm.starter.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class FailoverPairTest {

  @TempDir private Path folder;

  @BeforeEach
  void makeTheTemplateFirst() {
    assertThat(ServerTemplate.get()).isNotNull();
  }

  @Test
  void streams() {
    try (var pair = FailoverPair.start(folder)) {
      assertThat(pair.standby().streams()).isTrue();
    }
  }

  @Test
  void isOnePlaceWithTwoNamesThatOwnTheirSchemas() {
    try (var pair = FailoverPair.start(folder)) {
      assertThat(
              pair.onPrimary()
                  .rows(
                      """
                      SELECT o.gitlab_schema, o.owner_database, o.state, o.epoch, i.database_name
                        FROM bbm.schema_ownership AS o
                        LEFT JOIN bbm.database_identity AS i
                          ON i.database_name = o.owner_database AND i.place = o.place
                       ORDER BY 1
                      """))
          .containsExactly(
              "gitlab_ci|ci|ACTIVE|1|ci",
              "gitlab_main|main|ACTIVE|1|main",
              "gitlab_shared|*|ACTIVE|1|null");
      assertThat(pair.bbm().run("db validate-config").exitCode()).isZero();
    }
  }

  @Test
  void queuesEveryKindOfMigrationAndTheStandbyShowsThem() {
    try (var pair = FailoverPair.start(folder)) {
      pair.queueEveryKind();
      pair.awaitCaughtUp();

      assertThat(
              pair.onStandby()
                  .rows(
                      """
                      SELECT m.table_name, m.gitlab_schema, bbm.schema_of_table(m.table_name), m.status
                        FROM bbm.batched_background_migrations AS m ORDER BY m.id
                      """))
          .containsExactly(
              "routes|gitlab_main|gitlab_main|1",
              "users|gitlab_main|gitlab_main|1",
              "ci_builds|gitlab_ci|gitlab_ci|1",
              "ci_pipelines|gitlab_main|gitlab_ci|1",
              "p_ci_logs|gitlab_ci|gitlab_ci|1",
              "leases|gitlab_shared|gitlab_shared|1",
              "strays|gitlab_ci|null|1");
    }
  }
}
