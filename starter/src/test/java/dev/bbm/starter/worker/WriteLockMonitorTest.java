package dev.bbm.starter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.database.BbmSchema;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.health.WorkerMetrics;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a worker tells of tables that are not locked for writes. */
final class WriteLockMonitorTest {

  @RegisterExtension static final PostgresExtension one = new PostgresExtension(BbmSchema::install);

  @RegisterExtension static final PostgresExtension two = new PostgresExtension(BbmSchema::install);

  private final WorkerMetrics metrics = new WorkerMetrics();
  private Database main;
  private Database ci;

  @BeforeEach
  void open() {
    one.execute(
        "DROP TABLE IF EXISTS builds, p_builds",
        "DELETE FROM bbm.migration_events",
        "DELETE FROM bbm.unlocked_tables",
        "INSERT INTO bbm.table_schemas VALUES ('builds', 'gitlab_ci'), ('p_builds', 'gitlab_ci') ON CONFLICT DO NOTHING",
        "SELECT bbm.install_ownership('main', true, '{gitlab_main}')",
        "CREATE TABLE builds (id bigint)");
    two.execute("SELECT bbm.install_ownership('ci', true, '{gitlab_ci}')");
    main = open("main", one.url(), "gitlab_main");
    ci = open("ci", two.url(), "gitlab_ci");
  }

  private static Database open(String name, String url, String schema) {
    return OpenDatabase.of(
        new DatabaseSettings(name, url, "", new Secret(""), List.of(schema), true, true, 3),
        "bbm/test",
        List.of());
  }

  @AfterEach
  void close() {
    main.close();
    ci.close();
  }

  @Test
  void recordsOneEventForEachChange() throws SQLException {
    var monitor = new WriteLockMonitor(List.of(main, ci), "worker-1", metrics);
    monitor.look();
    new WriteLockMonitor(List.of(main, ci), "worker-2", metrics).look();
    one.execute(
        "CREATE TABLE p_builds (id bigint) PARTITION BY RANGE (id)",
        "CREATE TABLE p_builds_1 PARTITION OF p_builds FOR VALUES FROM (0) TO (9)");
    monitor.look();
    monitor.look();

    assertThat(events())
        .isEqualTo(
            "worker-1 write_locks_missing 1 not locked for writes: builds, "
                + "worker-1 write_locks_missing 3 not locked for writes: p_builds, p_builds_1");
    assertThat(metrics.scrape())
        .contains(
            "bbm_unlocked_tables{database=\"main\"} 3.0",
            "bbm_unlocked_tables{database=\"ci\"} 0.0");
  }

  @Test
  void forgetsTheNumberWhenItIsKnownNoMore() {
    new WriteLockMonitor(List.of(main, ci), "worker-1", metrics).look();
    assertThat(metrics.scrape()).contains("bbm_unlocked_tables{database=\"main\"} 1.0");

    try (Database gone =
        open("ci", "jdbc:postgresql://127.0.0.1:1/gone?user=postgres", "gitlab_ci")) {
      new WriteLockMonitor(List.of(main, gone), "worker-1", metrics).look();
    }

    assertThat(metrics.scrape()).doesNotContain("bbm_unlocked_tables{");
  }

  @Test
  void saysNothingWhileItIsNotKnownWhereTablesLive() throws SQLException {
    try (Database gone =
        open("ci", "jdbc:postgresql://127.0.0.1:1/gone?user=postgres", "gitlab_ci")) {
      new WriteLockMonitor(List.of(main, gone), "worker-1", metrics).look();
    }

    assertThat(events()).isEmpty();
  }

  @Test
  void saysNothingInASinglePlace() throws SQLException {
    try (Database second = open("ci", one.url(), "gitlab_ci")) {
      new WriteLockMonitor(List.of(main, second), "worker-1", metrics).look();
    }
    new WriteLockMonitor(List.of(main), "worker-1", metrics).look();

    assertThat(events()).isEmpty();
  }

  private static String events() throws SQLException {
    try (var session = new TestSession(one)) {
      return session.one(
          "SELECT string_agg(concat_ws(' ', by, kind, number, reason), ', ' ORDER BY id) FROM bbm.migration_events");
    }
  }
}
