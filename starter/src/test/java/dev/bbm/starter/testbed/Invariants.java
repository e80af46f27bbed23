package dev.bbm.starter.testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * THE CHECK of every failover, under the numbers of the list of invariants (docs/failover.md). An
 * empty list means that none is violated.
 *
 * <p>Not here, since databases do not show it: 21 (effects outside of PostgreSQL).
 */
public final class Invariants {

  private static final String LABELS =
      """
      SELECT format('the migration of %s is labelled %s, its table is in %s', m.table_name, m.gitlab_schema,
                    coalesce(bbm.schema_of_table(m.table_name), 'no gitlab_schema'))
        FROM bbm.batched_background_migrations AS m
       WHERE m.status IN (0, 1, 4, 5) AND m.gitlab_schema IS DISTINCT FROM bbm.schema_of_table(m.table_name)
      """;

  private static final String UNFINISHED_SHARED =
      """
      SELECT format('the shared migration of %s is %s', m.table_name, bbm.status_name(m.status))
        FROM bbm.batched_background_migrations AS m
       WHERE bbm.is_shared(bbm.schema_of_table(m.table_name)) AND m.status NOT IN (3, 6)
      """;

  private static final String UNFINISHED =
      """
      SELECT format('the migration of %s is %s', m.table_name, bbm.status_name(m.status))
        FROM bbm.batched_background_migrations AS m
       WHERE m.status IN (0, 1, 4, 5)
      """;

  private static final String LATE_FENCES =
      """
      SELECT format('%s was not fenced within %s ms of its drain but after %s ms', f.gitlab_schema, LIMIT, f.waited)
        FROM (SELECT c.gitlab_schema, round(extract(epoch FROM c.at - (
                         SELECT min(d.at) FROM audit.owner_changes AS d
                          WHERE d.gitlab_schema = c.gitlab_schema AND (d.after).drain_until IS NOT NULL)) * 1000) AS waited
                FROM audit.owner_changes AS c
               WHERE (c.before).state = 'ACTIVE' AND (c.after).state = 'FENCED') AS f
       WHERE f.waited > LIMIT
      """;

  private static final String PAUSES =
      """
      SELECT format('nothing moved in %s for %s ms while another schema was fenced', g.gitlab_schema, round(g.gap * 1000))
        FROM (SELECT d.gitlab_schema, v.at, extract(epoch FROM v.at - lag(v.at) OVER (PARTITION BY d.gitlab_schema ORDER BY v.at)) AS gap
                FROM audit.moves AS v
                JOIN audit.table_schemas AS d ON d.table_name = v.table_name) AS g
        JOIN (SELECT min(c.at) AS since FROM audit.owner_changes AS c WHERE (c.after).state = 'FENCED') AS f
          ON g.at >= f.since AND g.at - make_interval(secs => g.gap) <= f.since
       WHERE g.gap * 1000 > LIMIT
         AND EXISTS (SELECT FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = g.gitlab_schema AND o.state = 'ACTIVE')
      """;

  private Invariants() {}

  /** What must hold on these servers at every moment; a dead branch is checked by itself. */
  public static List<Violation> atAnyTime(Observed... live) {
    var found = new ArrayList<Violation>();
    for (Observed server : live) {
      found.addAll(ServerChecks.in(server));
    }
    found.addAll(PairChecks.in(List.of(live)));
    return found;
  }

  /** What must hold besides once the failover is over, though migrations may still run. */
  public static List<Violation> afterwards(Observed... live) {
    var found = new ArrayList<>(atAnyTime(live));
    found.addAll(PairChecks.atTheEnd(List.of(live)));
    for (Observed server : live) {
      add(found, 14, server, LABELS);
    }
    return found;
  }

  /** What must hold once every migration has had the time to end, on every owner. */
  public static List<Violation> whenAllIsDone(Observed... live) {
    var found = new ArrayList<>(afterwards(live));
    for (Observed server : live) {
      add(found, 15, server, UNFINISHED_SHARED);
      add(found, 19, server, UNFINISHED);
    }
    return found;
  }

  /** 18: from the drain's begin to the fence. */
  public static List<Violation> fencedWithin(Duration limit, Observed server) {
    var found = new ArrayList<Violation>();
    add(found, 18, server, LATE_FENCES.replace("LIMIT", Long.toString(limit.toMillis())));
    return found;
  }

  /** 24: no schema that stayed waited longer than this while another was fenced. */
  public static List<Violation> noPauseOver(Duration limit, Observed server) {
    var found = new ArrayList<Violation>();
    add(found, 24, server, PAUSES.replace("LIMIT", Long.toString(limit.toMillis())));
    return found;
  }

  private static void add(List<Violation> found, int invariant, Observed server, String query) {
    server.rows(query).forEach(what -> found.add(new Violation(invariant, server.name(), what)));
  }
}
