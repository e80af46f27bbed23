package dev.bbm.starter.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of GitLab's files {@code db/database_connections/<name>.yaml}; what else stands in it is the
 * application's.
 *
 * @param lockGitlabSchemas empty where it says none
 * @param fallback the database to use where this one is not configured; null for none
 */
record ConnectionFile(
    Path file,
    String name,
    List<String> gitlabSchemas,
    List<String> lockGitlabSchemas,
    @Nullable String fallback) {

  /** All of them by the name of their database. */
  static Map<String, ConnectionFile> readAll(DictionaryFiles files, Problems problems) {
    var connections = new LinkedHashMap<String, ConnectionFile>();
    for (Path file : files.connectionFiles()) {
      Map<?, ?> said =
          Mapping.root(file.toString(), PlainYaml.read(file, problems), problems).values();
      if (said.get("name") instanceof String name && !name.isBlank()) {
        connections.put(
            name,
            new ConnectionFile(
                file,
                name,
                names(file, said, "gitlab_schemas", problems),
                names(file, said, "lock_gitlab_schemas", problems),
                said.get("fallback_database") instanceof String fallback && !fallback.isBlank()
                    ? GitlabSchemaName.of(fallback)
                    : null));
      } else {
        problems.add(file + ": name", "", "is missing; write the name of the database");
      }
    }
    return connections;
  }

  private static List<String> names(Path file, Map<?, ?> said, String key, Problems problems) {
    Object value = said.get(key);
    if (value == null || value.equals("")) {
      return List.of();
    }
    if (value instanceof List<?> list
        && list.stream().allMatch(it -> GitlabSchemaName.isOne(String.valueOf(it)))) {
      return list.stream().map(String::valueOf).map(GitlabSchemaName::of).distinct().toList();
    }
    problems.add(
        file + ": " + key,
        value.toString(),
        "is no list of names; write [gitlab_main, gitlab_shared]");
    return List.of();
  }
}
