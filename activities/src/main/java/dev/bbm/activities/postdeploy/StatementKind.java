package dev.bbm.activities.postdeploy;

import java.util.List;
import java.util.Set;

/** What a statement is by its first words; what it really did, PostgreSQL says afterwards. */
enum StatementKind {
  /** Queries, changes of rows, and calls of code that may do anything. */
  DATA,
  /** Changes the structure (DDL). */
  STRUCTURE,
  /** Makes a table or view from the rows of others: structure that reads. */
  STRUCTURE_FROM_DATA,
  /** Makes something that ends with the session. */
  TEMPORARY,
  /** Renews a materialized view: reads rows, writes catalogs, changes no structure. */
  REFRESH,
  /** Settings, locks, maintenance. */
  NEUTRAL,
  /** Begins or ends transactions. */
  CONTROL;

  private static final Set<String> DATA_WORDS =
      Set.of(
          "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE", "COPY", "DO",
          "CALL", "EXPLAIN", "EXECUTE", "PREPARE", "DECLARE", "FETCH", "MOVE");
  private static final Set<String> NEUTRAL_WORDS =
      Set.of(
          "SET",
          "RESET",
          "SHOW",
          "LOCK",
          "ANALYZE",
          "ANALYSE",
          "VACUUM",
          "DISCARD",
          "LISTEN",
          "UNLISTEN",
          "NOTIFY",
          "CHECKPOINT",
          "LOAD",
          "DEALLOCATE",
          "CLOSE");
  private static final Set<String> CONTROL_WORDS =
      Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE");
  private static final Set<String> LASTING_ONLY_FOR_THE_SESSION = Set.of("TEMP", "TEMPORARY");

  /** Of a statement with these words outside parentheses, in upper case. */
  static StatementKind of(List<String> words) {
    String first = words.isEmpty() ? "SELECT" : words.getFirst();
    if (CONTROL_WORDS.contains(first)
        || words.subList(0, Math.min(2, words.size())).equals(List.of("PREPARE", "TRANSACTION"))) {
      return CONTROL;
    }
    if (DATA_WORDS.contains(first)) {
      return DATA;
    }
    if (NEUTRAL_WORDS.contains(first)) {
      return NEUTRAL;
    }
    return switch (first) {
      case "REFRESH" -> REFRESH;
      case "CREATE" -> ofCreate(words);
      default -> STRUCTURE;
    };
  }

  private static StatementKind ofCreate(List<String> words) {
    if (words.stream().limit(3).anyMatch(LASTING_ONLY_FOR_THE_SESSION::contains)) {
      return TEMPORARY;
    }
    boolean materialized = words.stream().limit(3).anyMatch("MATERIALIZED"::equals);
    boolean table = words.stream().limit(3).anyMatch("TABLE"::equals);
    boolean empty =
        words.size() > 2
            && words.subList(words.size() - 2, words.size()).equals(List.of("NO", "DATA"));
    return (materialized || (table && words.contains("AS"))) && !empty
        ? STRUCTURE_FROM_DATA
        : STRUCTURE;
  }
}
