package dev.bbm.starter.config;

/** How GitLab's files write the name of a gitlab_schema: as it is, or as a symbol of Ruby. */
final class GitlabSchemaName {

  private GitlabSchemaName() {}

  static boolean isOne(String text) {
    return text.matches(":?[a-z][a-z0-9_]*");
  }

  /** {@code gitlab_ci} of {@code :gitlab_ci}. */
  static String of(String text) {
    return text.startsWith(":") ? text.substring(1) : text;
  }
}
