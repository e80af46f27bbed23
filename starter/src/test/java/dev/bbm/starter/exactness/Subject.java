package dev.bbm.starter.exactness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A table whose rows count how often they were changed, and the job that is not idempotent on it.
 *
 * @param key its columns with their types
 * @param generated the key of row i
 */
record Subject(String gitlabSchema, String table, String jobClass, String key, String generated) {

  /** Whole numbers with gaps, from below zero. */
  static final Subject NUMBERS =
      new Subject("gitlab_main", "numbers", "CountNumbers", "id bigint", "3 * i - 100000");

  /** A composite key whose first column repeats. */
  static final Subject READINGS =
      new Subject(
          "gitlab_main",
          "readings",
          "CountReadings",
          "device uuid, at timestamptz",
          "md5((i / 7)::text)::uuid, timestamptz '2026-03-29 00:00:00.000001+01' + i * interval '1 hour'");

  /** Another gitlab_schema, with text keys. */
  static final Subject WORDS =
      new Subject("gitlab_ci", "words", "CountWords", "word text", "md5(i::text)");

  static List<Subject> all() {
    return List.of(NUMBERS, READINGS, WORDS);
  }

  /** The schemas of all tables; one database owns them. */
  static List<String> schemas() {
    return all().stream().map(Subject::gitlabSchema).distinct().toList();
  }

  /** Writes the job classes as SQL files. */
  static void writeJobs(Path folder) {
    try {
      Files.createDirectories(folder);
      for (Subject subject : all()) {
        Files.writeString(folder.resolve(subject.table() + ".sql"), subject.sql(), UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String sql() {
    return """
    -- job_class: %s
    -- operation: update_all
    -- feature_category: testing
    UPDATE %s SET n = n + 1 WHERE ${subBatch}
    """
        .formatted(jobClass, table);
  }

  /** Creates the table with so many rows; each of its changes can be slowed down. */
  String create(int rows) {
    return """
    CREATE TABLE %1$s (%2$s, n integer NOT NULL DEFAULT 0, PRIMARY KEY (%3$s)) WITH (fillfactor = 50);
    INSERT INTO %1$s (%3$s) SELECT %4$s FROM generate_series(1, %5$d) AS i;
    ANALYZE %1$s;
    CREATE TRIGGER slow BEFORE UPDATE ON %1$s FOR EACH STATEMENT EXECUTE FUNCTION audit.slow_down();
    """
        .formatted(table, key, columns(), generated, rows);
  }

  /** The names of its key columns. */
  String columns() {
    return key.replaceAll(" \\w+(?=,|$)", "");
  }
}
