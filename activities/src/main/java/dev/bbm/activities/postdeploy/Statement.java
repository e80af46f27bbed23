package dev.bbm.activities.postdeploy;

import java.util.List;
import java.util.Set;

/**
 * One statement of a file.
 *
 * @param line where it begins, from 1
 * @param words in upper case, names in quotes left out
 */
record Statement(int number, int line, String text, StatementKind kind, Words words) {

  /** Every word, and those outside parentheses. */
  record Words(List<String> all, List<String> outside) {
    private boolean startWith(String first, Set<String> seconds) {
      return outside.size() > 1
          && outside.getFirst().equals(first)
          && seconds.contains(outside.get(1));
    }

    private boolean startWith(String first) {
      return !outside.isEmpty() && outside.getFirst().equals(first);
    }
  }

  private static final Set<String> ONLY_OUTSIDE = Set.of("DATABASE", "TABLESPACE", "SUBSCRIPTION");
  private static final int SHOWN = 60;

  static Statement of(int number, int line, String text, Words words) {
    return new Statement(number, line, text, StatementKind.of(words.outside()), words);
  }

  /** Whether PostgreSQL refuses it within a transaction (PreventInTransactionBlock). */
  boolean runsOnlyOutsideTransactions() {
    return words.startWith("VACUUM")
        || (words.all().contains("CONCURRENTLY") && isIndexOrTable())
        || words.startWith("REINDEX", Set.of("DATABASE", "SYSTEM", "SCHEMA"))
        || words.startWith("CREATE", ONLY_OUTSIDE)
        || words.startWith("DROP", ONLY_OUTSIDE)
        || words.startWith("ALTER", Set.of("SYSTEM"))
        || words.outside().equals(List.of("CLUSTER"));
  }

  private boolean isIndexOrTable() {
    return words.startWith("CREATE", Set.of("INDEX", "UNIQUE"))
        || words.startWith("DROP", Set.of("INDEX"))
        || words.startWith("ALTER", Set.of("TABLE"))
        || words.startWith("REINDEX");
  }

  /** Whether it reads rows that follow it in the file, as psql sends them. */
  boolean readsFromStandardInput() {
    return words.startWith("COPY") && words.outside().contains("STDIN");
  }

  /** {@code statement 2 (line 7: UPDATE ci_builds SET …)}. */
  String shown() {
    String oneLine = text.replaceAll("\\s+", " ");
    return "statement %d (line %d: %s)"
        .formatted(
            number, line, oneLine.length() <= SHOWN ? oneLine : oneLine.substring(0, SHOWN) + "…");
  }
}
