package dev.bbm.starter.testbed;

import java.util.Optional;
import java.util.stream.Stream;

/** A table whose rows count how often they were changed, and the job class that counts. */
public enum CountedTable {
  ROUTES("routes", "gitlab_main", "CountRoutes"),
  USERS("users", "gitlab_main", "CountUsers"),
  BUILDS("ci_builds", "gitlab_ci", "CountBuilds"),
  PIPELINES("ci_pipelines", "gitlab_ci", "CountPipelines"),

  /** In two partitions. */
  LOGS("p_ci_logs", "gitlab_ci", "CountLogs"),

  /** In every place. */
  LEASES("leases", "gitlab_shared", "CountLeases"),

  /** To be forgotten by the dictionary. */
  STRAYS("strays", "gitlab_ci", "CountStrays");

  private final String table;
  private final String gitlabSchema;
  private final String jobClass;

  CountedTable(String table, String gitlabSchema, String jobClass) {
    this.table = table;
    this.gitlabSchema = gitlabSchema;
    this.jobClass = jobClass;
  }

  /** Its name in the database. */
  public String table() {
    return table;
  }

  /** By the dictionary, before anything is forgotten. */
  public String gitlabSchema() {
    return gitlabSchema;
  }

  /** Adds one to n of each row: not idempotent on purpose. */
  public String jobClass() {
    return jobClass;
  }

  boolean isShared() {
    return gitlabSchema.equals("gitlab_shared");
  }

  String jobFile() {
    return """
    -- job_class: %s
    -- operation: update_all
    -- feature_category: testing
    UPDATE %s SET n = n + 1 WHERE ${subBatch}
    """
        .formatted(jobClass, table);
  }

  String[] create(int rows) {
    return Stream.of(
            Optional.of(
                "CREATE TABLE %s (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)%s"
                    .formatted(table, this == LOGS ? " PARTITION BY RANGE (id)" : "")),
            partition(1, "MINVALUE", Integer.toString(rows / 2)),
            partition(2, Integer.toString(rows / 2), "MAXVALUE"),
            Optional.of(
                "INSERT INTO %s (id) SELECT i FROM generate_series(1, %d) AS i"
                    .formatted(table, rows)))
        .flatMap(Optional::stream)
        .toArray(String[]::new);
  }

  private Optional<String> partition(int number, String from, String to) {
    return this == LOGS
        ? Optional.of(
            "CREATE TABLE ci_logs_%d PARTITION OF p_ci_logs FOR VALUES FROM (%s) TO (%s)"
                .formatted(number, from, to))
        : Optional.empty();
  }
}
