package dev.bbm.starter.benchmark.failover;

/** What moves, and what stays. */
enum Side {
  CI("gitlab_ci", "ci_builds", "ci_build_events"),
  MAIN("gitlab_main", "projects", "project_events");

  private final String gitlabSchema;
  private final String tables;
  private final String events;

  Side(String gitlabSchema, String tables, String events) {
    this.gitlabSchema = gitlabSchema;
    this.tables = tables;
    this.events = events;
  }

  String gitlabSchema() {
    return gitlabSchema;
  }

  /** What its migrated tables' names begin with. */
  String tables() {
    return tables;
  }

  /** The table into which the application inserts a row with each write. */
  String events() {
    return events;
  }
}
