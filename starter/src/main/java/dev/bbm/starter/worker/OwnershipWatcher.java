package dev.bbm.starter.worker;

import dev.bbm.activities.ownership.OwnedSchema;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.health.WorkerMetrics;
import dev.bbm.workflows.failure.ApplicationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one database's ownership rows each second, where its endpoint in use has them, and
 * starts and stops the polling of its schemas accordingly.
 */
final class OwnershipWatcher {

  private static final Logger log = LoggerFactory.getLogger(OwnershipWatcher.class);

  private final Database database;
  private final EndpointWatch endpoints;
  private final Function<OwnershipToken, SchemaActivities> startPolling;
  private final Takeover takeover;
  private final WorkerMetrics metrics;
  private final Map<String, SchemaActivities> polled = new ConcurrentHashMap<>();
  private String lastTrouble = "";

  OwnershipWatcher(
      Database database,
      EndpointWatch endpoints,
      Function<OwnershipToken, SchemaActivities> startPolling,
      Takeover takeover,
      WorkerMetrics metrics) {
    this.database = database;
    this.endpoints = endpoints;
    this.startPolling = startPolling;
    this.takeover = takeover;
    this.metrics = metrics;
  }

  /** One look. A database that does not answer changes nothing: its slices fail and are retried. */
  void look() {
    try {
      List<OwnershipRow> rows = endpoints.look();
      metrics.owned(database.name(), rows);
      follow(rows);
      takeover.consider(rows);
      lastTrouble = "";
    } catch (ApplicationException trouble) {
      metrics.answers(database.name(), false);
      report(trouble);
    }
  }

  /** The schemas that this worker polls for its database now. */
  List<String> schemas() {
    return polled.keySet().stream().sorted().toList();
  }

  Database database() {
    return database;
  }

  /** The gitlab_schema with its token, while this worker serves it for its database. */
  Optional<OwnedSchema> find(String gitlabSchema) {
    return Optional.ofNullable(polled.get(gitlabSchema))
        .map(activities -> new OwnedSchema(database, activities.token()));
  }

  private void follow(List<OwnershipRow> rows) {
    Map<String, OwnershipToken> owned =
        rows.stream()
            .filter(row -> row.isOwnedBy(database.name()))
            .map(row -> row.token(database.name()))
            .collect(Collectors.toMap(OwnershipToken::gitlabSchema, Function.identity()));
    polled.values().stream()
        .filter(
            activities -> !activities.token().equals(owned.get(activities.token().gitlabSchema())))
        .toList()
        .forEach(this::stop);
    owned.values().stream()
        .filter(token -> !polled.containsKey(token.gitlabSchema()))
        .forEach(this::start);
  }

  private void start(OwnershipToken token) {
    polled.put(token.gitlabSchema(), startPolling.apply(token));
    log.info(
        "Worker serves {} on database {}, epoch {}",
        token.gitlabSchema(),
        token.database(),
        token.epoch());
  }

  private void stop(SchemaActivities activities) {
    activities.stopPolling();
    polled.remove(activities.token().gitlabSchema());
    log.info(
        "Worker serves {} on database {} no more",
        activities.token().gitlabSchema(),
        database.name());
  }

  private void report(ApplicationException trouble) {
    String message = String.valueOf(trouble.getMessage());
    if (!message.equals(lastTrouble)) {
      log.warn("Database {} is retried each second: {}", database.name(), message);
      lastTrouble = message;
    }
  }

  /** Polls nothing more. The activities under way are returned, for the caller to wait for. */
  List<SchemaActivities> stopAll() {
    List<SchemaActivities> stopped = List.copyOf(polled.values());
    stopped.forEach(this::stop);
    return stopped;
  }
}
