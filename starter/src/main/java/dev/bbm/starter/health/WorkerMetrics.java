package dev.bbm.starter.health;

import dev.bbm.activities.migration.SliceMeter;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.workflows.migration.MigrationView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What a worker measures of itself and its databases; docs/operations.md names each metric. */
public final class WorkerMetrics implements SliceMeter {

  private static final String DATABASE = "database";
  private static final String GITLAB_SCHEMA = "gitlab_schema";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final Map<String, MigrationView> migrations = new ConcurrentHashMap<>();
  private final Map<String, List<OwnershipRow>> ownership = new ConcurrentHashMap<>();
  private final Map<String, Integer> unlocked = new ConcurrentHashMap<>();
  private final Map<String, Boolean> answering = new ConcurrentHashMap<>();
  private final MultiGauge epochs =
      MultiGauge.builder("bbm.ownership.epoch")
          .description("The epoch of a gitlab_schema, as this database says")
          .register(registry);
  private final MultiGauge states =
      MultiGauge.builder("bbm.ownership.state")
          .description("1 for the state that a gitlab_schema has, as this database says")
          .register(registry);
  private final MultiGauge unlockedTables =
      MultiGauge.builder("bbm.unlocked.tables")
          .description("Tables of other databases that can be written here; absent while unknown")
          .register(registry);
  private final MultiGauge databases =
      MultiGauge.builder("bbm.database.up")
          .description("Whether the database answered when it was last asked")
          .register(registry);

  /** The page that Prometheus reads. */
  public String scrape() {
    return registry.scrape();
  }

  /** By name, whether each database answered when it was last asked. */
  public Map<String, Boolean> databases() {
    return new TreeMap<>(answering);
  }

  @Override
  public void sliceBegins(OwnershipToken token) {
    slices(token).incrementAndGet();
  }

  @Override
  public void sliceEnds(OwnershipToken token) {
    slices(token).decrementAndGet();
  }

  private AtomicInteger slices(OwnershipToken token) {
    return running.computeIfAbsent(
        token.database() + " " + token.gitlabSchema(),
        _ -> {
          var count = new AtomicInteger();
          Gauge.builder("bbm.slices.running", count, AtomicInteger::get)
              .description("Slices that this worker runs now")
              .tags(tags(token))
              .register(registry);
          return count;
        });
  }

  @Override
  public void subBatchCommitted(OwnershipToken token) {
    registry.counter("bbm.sub.batches", tags(token)).increment();
  }

  @Override
  public void refused(OwnershipToken token, String sqlState) {
    registry.counter("bbm.gate.refusals", tags(token).and("sqlstate", sqlState)).increment();
  }

  @Override
  public void seen(MigrationView view) {
    if (migrations.put(view.id(), view) == null) {
      Gauge.builder("bbm.migration.rows", () -> migrations.get(view.id()).rows())
          .description("Rows that a migration has changed, when a slice here last ended")
          .tags(
              Tags.of(
                  "migration",
                  view.id(),
                  "job_class",
                  view.jobClassName(),
                  GITLAB_SCHEMA,
                  view.gitlabSchema()))
          .register(registry);
    }
  }

  private static Tags tags(OwnershipToken token) {
    return Tags.of(DATABASE, token.database(), GITLAB_SCHEMA, token.gitlabSchema());
  }

  /** What a database says of its gitlab_schemas. */
  public synchronized void owned(String database, List<OwnershipRow> rows) {
    answers(database, true);
    if (!rows.equals(ownership.put(database, rows))) {
      register(epochs, false);
      register(states, true);
    }
  }

  private void register(MultiGauge gauge, boolean withState) {
    gauge.register(
        ownership.entrySet().stream()
            .<MultiGauge.Row<?>>flatMap(
                entry -> entry.getValue().stream().map(row -> row(entry.getKey(), row, withState)))
            .toList(),
        true);
  }

  private static MultiGauge.Row<?> row(String database, OwnershipRow row, boolean withState) {
    Tags tags =
        Tags.of(
            DATABASE, database, GITLAB_SCHEMA, row.gitlabSchema(), "owner", row.ownerDatabase());
    return withState
        ? MultiGauge.Row.of(tags.and("state", row.state()), 1)
        : MultiGauge.Row.of(tags, row.epoch());
  }

  /** Whether a database answered. */
  public synchronized void answers(String database, boolean answers) {
    if (!Boolean.valueOf(answers).equals(answering.put(database, answers))) {
      databases.register(
          answering.entrySet().stream()
              .<MultiGauge.Row<?>>map(
                  it -> MultiGauge.Row.of(Tags.of(DATABASE, it.getKey()), it.getValue() ? 1 : 0))
              .toList(),
          true);
    }
  }

  /** How many tables of other databases can be written, for each database where that is known. */
  public synchronized void unlocked(Map<String, Integer> tables) {
    if (!tables.equals(unlocked)) {
      unlocked.clear();
      unlocked.putAll(tables);
      unlockedTables.register(
          tables.entrySet().stream()
              .<MultiGauge.Row<?>>map(
                  it -> MultiGauge.Row.of(Tags.of(DATABASE, it.getKey()), it.getValue()))
              .toList(),
          true);
    }
  }
}
