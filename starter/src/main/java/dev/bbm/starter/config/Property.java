package dev.bbm.starter.config;

import java.util.List;
import java.util.stream.Stream;

/** Every property of bbm.yml; docs/configuration.md names each. */
enum Property {
  URL("databases.<name>.url"),
  ENDPOINTS("databases.<name>.endpoints"),
  USER("databases.<name>.user"),
  PASSWORD("databases.<name>.password"),
  PASSWORD_FILE("databases.<name>.password_file"),
  POOLER("databases.<name>.pooler"),
  MIGRATION_URL("databases.<name>.migration_url"),
  GITLAB_SCHEMAS("databases.<name>.gitlab_schemas"),
  LOCK_GITLAB_SCHEMAS("databases.<name>.lock_gitlab_schemas"),
  FALLBACK("databases.<name>.fallback"),
  DATABASE_TASKS("databases.<name>.database_tasks"),
  TIMELINE_CHECK("databases.<name>.timeline_check"),
  TAKEOVER("databases.<name>.takeover"),
  ENVIRONMENTS("environments"),
  DICTIONARY("dictionary"),
  JOB_CLASSES("job_classes"),
  JARS("jars"),
  SLICES("worker.slices"),
  MAX_RUNNING("worker.max_running"),
  HTTP("worker.http"),
  PROMOTE("failover.promote"),
  HOOK_COMMAND("failover.<hook>.command"),
  HOOK_UNDO("failover.<hook>.undo"),
  HOOK_TIMEOUT("failover.<hook>.timeout"),
  DRAIN_BUDGET("failover.budgets.drain"),
  FENCE_BUDGET("failover.budgets.fence"),
  LOCK_BUDGET("failover.budgets.lock"),
  CATCH_UP_BUDGET("failover.budgets.catch_up"),
  PROMOTION_BUDGET("failover.budgets.promotion"),
  RECORD_BUDGET("failover.budgets.record"),
  APPROVAL_BUDGET("failover.budgets.approval"),
  HOOK_BUDGET("failover.budgets.hook");

  private final String path;

  Property(String path) {
    this.path = path;
  }

  /** As the documentation writes it. */
  String path() {
    return path;
  }

  /** Its key within its mapping. */
  String key() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The keys that a mapping may have. */
  static List<String> keysUnder(String mapping) {
    return Stream.of(values())
        .map(Property::path)
        .filter(path -> path.startsWith(mapping))
        .map(path -> path.substring(mapping.length()).replaceFirst("\\..*", ""))
        .distinct()
        .toList();
  }
}
