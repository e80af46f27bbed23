package dev.bbm.activities.failover;

import dev.bbm.workflows.failover.CheckResult;
import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.ServerView;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Steps 1, 3, 8 and 9 on the source in one transaction that is rolled back: they wait for the same
 * locks and are refused by the same rules, and nothing stays changed.
 */
public final class FailoverRehearsal {

  private final FailoverServers servers;

  /** Connects to nothing yet. */
  public FailoverRehearsal(FailoverServers servers) {
    this.servers = servers;
  }

  /** P11; its note says how long the fence waited. */
  public CheckResult rehearse(FailoverRequest request) {
    var rules = new StepRules();
    var problems = new ArrayList<String>();
    long began = System.nanoTime();
    int[] moved = {0};
    Duration waited =
        servers
            .source()
            .transactions()
            .reading(session -> {
              FailoverMapper mapper = session.getMapper(FailoverMapper.class);
              var step = new StepTransaction(request);
              mapper.beginStep(5_000);
              mapper.open(JournalRow.of(request));
              mapper.labelMigrations(request.scope().id(), request.by());
              mapper.lockKeys(JournalRow.json(request.scope().movedSchemas()));
              Duration locked = Duration.ofNanos(System.nanoTime() - began);
              ServerView seen = step.view(mapper);
              Verdict fence = rules.fence(request.scope(), seen);
              if (fence instanceof Verdict.Write write) {
                ServerView fenced = after(seen, write);
                FenceToken token =
                    FenceToken.of(
                        fenced.schemas().stream()
                            .filter(row -> request.scope().moves(row.gitlabSchema()))
                            .toList());
                Verdict retire = rules.retire(request.scope(), token, fenced);
                if (retire instanceof Verdict.Write retired) {
                  moved[0] =
                      mapper.transferMigrations(
                          request.scope().id(),
                          JournalRow.json(request.scope().movedSchemas()),
                          request.scope().toDatabase());
                  Verdict decision = rules.decide(request.scope(), token, after(fenced, retired));
                  if (decision instanceof Verdict.Refused refused) {
                    problems.add("step 9 would be refused: " + refused.why());
                  }
                } else if (retire instanceof Verdict.Refused refused) {
                  problems.add("step 8 would be refused: " + refused.why());
                }
              } else if (fence instanceof Verdict.Refused refused) {
                problems.add("step 3 would be refused: " + refused.why());
              }
              return locked;
            });
    return CheckResult.of(
        "P11",
        "steps 1, 3, 8 and 9 pass when rolled back",
        problems,
        "fence waited %d ms, %d migrations would move".formatted(waited.toMillis(), moved[0]));
  }

  /** As the server would look; the journal has this failover's row, undecided. */
  private static ServerView after(ServerView seen, Verdict.Write write) {
    Map<String, SchemaEntry> rows = new TreeMap<>();
    seen.schemas().forEach(row -> rows.put(row.gitlabSchema(), row));
    write.rows().forEach(row -> rows.put(row.gitlabSchema(), row));
    Decision decision = write.decision();
    return new ServerView(
        seen.inRecovery(),
        seen.timeline(),
        new ServerView.Journal(decision, false),
        List.copyOf(rows.values()));
  }
}
