package dev.bbm.starter.testbed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The invariants that only several servers show together. All servers given here are live: a dead
 * branch, which nobody counts any more, is not among them.
 */
final class PairChecks {

  private static final String ACCEPTED =
      """
      SELECT o.gitlab_schema
        FROM bbm.schema_ownership AS o
       WHERE o.state = 'ACTIVE' AND NOT bbm.is_shared(o.gitlab_schema) AND NOT pg_is_in_recovery()
         AND o.place = (SELECT i.place FROM bbm.database_identity AS i LIMIT 1)
         AND o.timeline IN (0, audit.current_timeline())
      """;

  private static final String GIVEN_UP =
      """
      SELECT o.gitlab_schema FROM bbm.schema_ownership AS o WHERE o.state = 'RETIRED' AND o.failover_id IS NOT NULL
      """;

  private static final String MOVES =
      """
      SELECT d.gitlab_schema, v.xid, v.table_name, v.job_id, v.before, v.after
        FROM audit.moves AS v
        JOIN audit.table_schemas AS d ON d.table_name = v.table_name
       ORDER BY v.id
      """;

  private static final String ACTIVE_PERIODS =
      """
      SELECT c.gitlab_schema, (c.after).epoch, c.at
        FROM audit.owner_changes AS c
       WHERE (c.after).state = 'ACTIVE' AND NOT bbm.is_shared(c.gitlab_schema)
         AND ((c.before).state IS DISTINCT FROM 'ACTIVE' OR (c.before).epoch <> (c.after).epoch)
      """;

  private static final String DECISIONS =
      """
      SELECT DISTINCT d.failover_id, d.after FROM audit.decisions AS d WHERE d.after IS NOT NULL
      """;

  private static final String ACTIVATIONS =
      """
      SELECT c.gitlab_schema, (c.after).failover_id
        FROM audit.owner_changes AS c
       WHERE (c.before).state = 'READY' AND (c.after).state = 'ACTIVE' AND NOT bbm.is_shared(c.gitlab_schema)
      """;

  private static final String RETURNS =
      """
      SELECT c.gitlab_schema, c.at
        FROM audit.owner_changes AS c
       WHERE (c.before).state = 'RETIRED' AND (c.after).state = 'ACTIVE' AND NOT bbm.is_shared(c.gitlab_schema)
         AND EXISTS (SELECT FROM audit.decisions AS d WHERE d.after = 'COMMIT' AND d.failover_id = (c.before).failover_id)
      """;

  private static final String GIVEN_BACK =
      """
      SELECT c.gitlab_schema, min(c.at)
        FROM audit.owner_changes AS c
       WHERE (c.before).state = 'ACTIVE' AND (c.after).state IN ('FENCED', 'RETIRED')
         AND EXISTS (SELECT FROM audit.owner_changes AS a
                      WHERE a.gitlab_schema = c.gitlab_schema AND a.id < c.id AND (a.before).state = 'READY')
       GROUP BY 1
      """;

  private static final String MIGRATIONS =
      """
      SELECT m.uid, m.table_name, coalesce(bbm.is_shared(bbm.schema_of_table(m.table_name)), false), m.status
        FROM bbm.batched_background_migrations AS m ORDER BY m.id
      """;

  private static final String IDS =
      """
      SELECT 'migration ' || m.id, m.uid::text FROM bbm.batched_background_migrations AS m
       UNION ALL
      SELECT 'job ' || j.id, format('%s after %s', m.uid, j.min_cursor)
        FROM bbm.batched_background_migration_jobs AS j
        JOIN bbm.batched_background_migrations AS m ON m.id = j.batched_background_migration_id
      """;

  private final List<Observed> live;
  private final List<Violation> found = new ArrayList<>();

  private PairChecks(List<Observed> live) {
    this.live = live;
  }

  /** At every moment. */
  static List<Violation> in(List<Observed> live) {
    var checks = new PairChecks(live);
    checks.oneAcceptor();
    checks.nothingOfTheSourceIsMissing();
    checks.noEpochTwice();
    checks.oneDecision();
    checks.activationAfterCommit();
    checks.noReturnWithoutFence();
    checks.noIdTwice();
    return checks.found;
  }

  /** Once the failover is over and all migrations have ended. */
  static List<Violation> atTheEnd(List<Observed> live) {
    var checks = new PairChecks(live);
    checks.everyMigrationHasItsOwner();
    return checks.found;
  }

  private void oneAcceptor() {
    live.stream()
        .flatMap(server -> server.rows(ACCEPTED).stream())
        .collect(Collectors.groupingBy(schema -> schema, TreeMap::new, Collectors.counting()))
        .forEach((schema, servers) -> {
          if (servers > 1) {
            add(4, "%d servers accept work for %s".formatted(servers, schema));
          }
        });
  }

  /** Whoever owns a schema now has each move that its former owner has, in the same transaction. */
  private void nothingOfTheSourceIsMissing() {
    for (Observed source : live) {
      for (Observed target : live) {
        source.rows(GIVEN_UP).stream()
            .filter(target.rows(ACCEPTED)::contains)
            .forEach(schema -> compareMoves(schema, source, target));
      }
    }
  }

  private void compareMoves(String schema, Observed source, Observed target) {
    var kept = new HashSet<>(target.rows(MOVES));
    source.rows(MOVES).stream()
        .filter(move -> move.startsWith(schema + "|"))
        .filter(move -> !kept.contains(move))
        .limit(3)
        .forEach(move ->
            add(5, "%s lacks a move of %s: %s".formatted(target.name(), source.name(), move)));
  }

  private void noEpochTwice() {
    byKey(live.stream().flatMap(server -> server.rows(ACTIVE_PERIODS).stream()).distinct(), 2)
        .forEach((period, begun) -> {
          if (begun.size() > 1) {
            add(8, "%s was active twice: %s".formatted(period, begun));
          }
        });
  }

  private void oneDecision() {
    byKey(live.stream().flatMap(server -> server.rows(DECISIONS).stream()).distinct(), 1)
        .forEach((failover, decisions) -> {
          if (decisions.size() > 1) {
            add(10, "failover %s was decided %s".formatted(failover, decisions));
          }
        });
  }

  private void activationAfterCommit() {
    var committed =
        live.stream()
            .flatMap(server -> server.rows(DECISIONS).stream())
            .filter(decision -> decision.endsWith("|COMMIT"))
            .map(decision -> decision.split("\\|", -1)[0])
            .toList();
    live.stream()
        .flatMap(server -> server.rows(ACTIVATIONS).stream())
        .filter(activation -> !committed.contains(activation.split("\\|", -1)[1]))
        .forEach(activation -> add(10, "activated without COMMIT: " + activation));
  }

  private void noReturnWithoutFence() {
    for (Observed source : live) {
      for (String returned : source.rows(RETURNS)) {
        var parts = returned.split("\\|", -1);
        boolean fenced =
            live.stream()
                .filter(other -> !other.equals(source))
                .flatMap(other -> other.rows(GIVEN_BACK).stream())
                .map(given -> given.split("\\|", -1))
                .anyMatch(given -> given[0].equals(parts[0]) && given[1].compareTo(parts[1]) < 0);
        if (!fenced) {
          add(10, "%s came back to %s unfenced".formatted(parts[0], source.name()));
        }
      }
    }
  }

  private void noIdTwice() {
    byKey(live.stream().flatMap(server -> server.rows(IDS).stream()).distinct(), 1)
        .forEach((id, meanings) -> {
          if (meanings.size() > 1) {
            add(23, "%s is %s".formatted(id, meanings));
          }
        });
  }

  private void everyMigrationHasItsOwner() {
    Map<String, List<String[]>> copies =
        live.stream()
            .flatMap(server -> server.rows(MIGRATIONS).stream())
            .map(row -> row.split("\\|", -1))
            .collect(Collectors.groupingBy(row -> row[0], TreeMap::new, Collectors.toList()));
    copies.values().forEach(this::checkOwners);
  }

  private void checkOwners(List<String[]> copies) {
    boolean shared = copies.getFirst()[2].equals("t");
    var states = copies.stream().map(copy -> copy[3]).sorted().toList();
    long unfinished = states.stream().filter(List.of("0", "1", "4", "5")::contains).count();
    long done = states.stream().filter(List.of("3", "6")::contains).count();
    boolean quarantined = states.contains("8");
    String shown = "migration of %s: statuses %s".formatted(copies.getFirst()[1], states);
    if (shared && unfinished + done < live.size()) {
      add(15, shown + ", not one in every place");
    } else if (!shared && unfinished > 0 && (unfinished + done > 1 || quarantined)) {
      add(13, shown + ", more than one goes on");
    } else if (unfinished + done == 0 && !quarantined) {
      add(13, shown + ", none goes on");
    }
  }

  /** Groups rows by their first columns. */
  private static Map<String, List<String>> byKey(Stream<String> rows, int columns) {
    var groups = new HashMap<String, List<String>>();
    rows.forEach(row -> {
      var parts = row.split("\\|", columns + 1);
      groups
          .computeIfAbsent(
              String.join(" ", List.of(parts).subList(0, columns)), _ -> new ArrayList<>())
          .add(parts[columns]);
    });
    return groups;
  }

  private void add(int invariant, String what) {
    found.add(new Violation(invariant, "all servers", what));
  }
}
