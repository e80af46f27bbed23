package dev.bbm.starter.config;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What bbm.yml and GitLab's connection files say of one database, configured or not; bbm.yml wins.
 *
 * @param section null where bbm.yml and the environment do not name it
 * @param file null where GitLab's files do not name it
 */
record Declaration(String name, @Nullable DatabaseSection section, @Nullable ConnectionFile file) {

  /** Whether it has a url. */
  boolean isConfigured() {
    return section != null && section.isConfigured();
  }

  /** The schemas that live there; empty where nobody says it. */
  Optional<List<String>> gitlabSchemas() {
    return Optional.ofNullable(section)
        .flatMap(DatabaseSection::gitlabSchemas)
        .or(() ->
            Optional.ofNullable(file)
                .map(ConnectionFile::gitlabSchemas)
                .filter(schemas -> !schemas.isEmpty()));
  }

  /** The schemas to be write-locked there; empty for all that do not live there. */
  List<String> lockGitlabSchemas() {
    return Optional.ofNullable(section)
        .flatMap(DatabaseSection::lockGitlabSchemas)
        .orElseGet(() -> file == null ? List.of() : file.lockGitlabSchemas());
  }

  /** Who serves its schemas where it is not configured. */
  Optional<String> fallback() {
    return Optional.ofNullable(section)
        .flatMap(DatabaseSection::fallback)
        .or(() -> Optional.ofNullable(file).flatMap(it -> Optional.ofNullable(it.fallback())));
  }

  /** Where its fallback is written, for a problem. */
  String fallbackProperty() {
    if (section != null && section.fallback().isPresent()) {
      return section.mapping().name(Property.FALLBACK);
    }
    return file == null ? name : file.file() + ": fallback_database";
  }

  /** Where its schemas are written, for a problem. */
  String schemasProperty() {
    if (file != null && (section == null || section.gitlabSchemas().isEmpty())) {
      return file.file() + ": gitlab_schemas";
    }
    return section == null ? name : section.mapping().name(Property.GITLAB_SCHEMAS);
  }
}
