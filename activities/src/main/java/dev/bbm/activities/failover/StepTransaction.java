package dev.bbm.activities.failover;

import static dev.bbm.activities.failover.Steps.reading;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.ServerView;
import dev.bbm.workflows.failover.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A step's effect on one server: takes the exclusive keys, reads what is, asks the rule, writes
 * what it says, commits. So a repeat, or a call that comes late, finds another state and does
 * nothing.
 */
final class StepTransaction {

  /** A fence waits at most so long for the sub-batches under way, and is tried again. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final FailoverRequest request;
  private final JournalRow journal;

  StepTransaction(FailoverRequest request) {
    this.request = request;
    this.journal = JournalRow.of(request);
  }

  /** Under the keys of the moved schemas. */
  Verdict onMoved(Database database, Function<ServerView, Verdict> rule) {
    return onMoved(database, rule, (_, _) -> {});
  }

  /** The same; alongside is done in the same transaction, whenever the effect is there. */
  Verdict onMoved(
      Database database,
      Function<ServerView, Verdict> rule,
      BiConsumer<FailoverMapper, Verdict> alongside) {
    return apply(database, request.scope().movedSchemas(), rule, alongside, null);
  }

  /** Under the keys of the moved schemas, with a reason for the journal. */
  Verdict onMoved(
      Database database,
      Function<ServerView, Verdict> rule,
      BiConsumer<FailoverMapper, Verdict> alongside,
      String reason) {
    return apply(database, request.scope().movedSchemas(), rule, alongside, reason);
  }

  /** Under the keys of every schema that has a row. */
  Verdict onAll(
      Database database,
      Function<ServerView, Verdict> rule,
      BiConsumer<FailoverMapper, Verdict> alongside) {
    List<String> all = reading(database, Steps::allSchemas);
    return apply(database, all, rule, alongside, null);
  }

  private Verdict apply(
      Database database,
      List<String> keys,
      Function<ServerView, Verdict> rule,
      BiConsumer<FailoverMapper, Verdict> alongside,
      @Nullable String reason) {
    return database
        .transactions()
        .inTransaction(session -> {
          FailoverMapper mapper = session.getMapper(FailoverMapper.class);
          mapper.beginStep(LONGEST_WAIT.toMillis());
          mapper.lockKeys(JournalRow.json(keys));
          ServerView seen = view(mapper);
          Verdict verdict = rule.apply(seen);
          if (verdict instanceof Verdict.Write write) {
            write(mapper, seen, write, reason);
          }
          if (verdict instanceof Verdict.Write || verdict instanceof Verdict.Done) {
            alongside.accept(mapper, verdict);
          }
          return verdict;
        });
  }

  /** What the server says now, in the caller's transaction. */
  ServerView view(FailoverMapper mapper) {
    ServerRow row = mapper.loadServer(request.scope().id());
    var decided =
        row.journaled()
            ? new ServerView.Journal(
                row.decision() == null ? null : Decision.valueOf(row.decision()), row.rolledBack())
            : null;
    return new ServerView(row.inRecovery(), row.timeline(), decided, mapper.listEntries());
  }

  /** Without keys: for waiting. */
  ServerView look(Database database) {
    return reading(database, this::view);
  }

  private void write(
      FailoverMapper mapper, ServerView seen, Verdict.Write write, @Nullable String reason) {
    Map<String, SchemaEntry> before =
        seen.schemas().stream()
            .collect(Collectors.toMap(SchemaEntry::gitlabSchema, Function.identity()));
    if (write.decision() != null) {
      mapper.writeDecision(journal, write.decision().name(), reason);
    }
    if (!write.rows().isEmpty()) {
      List<Map<String, Object>> rows =
          write.rows().stream().map(row -> compared(row, before.get(row.gitlabSchema()))).toList();
      mapper.writeOwnership(request.scope().id(), JournalRow.json(rows));
    }
    if (write.rolledBack()) {
      mapper.markRolledBack(request.scope().id(), reason);
    }
  }

  private static Map<String, Object> compared(SchemaEntry row, @Nullable SchemaEntry was) {
    if (was == null) {
      throw new IllegalStateException("a rule wrote a schema that has no row: " + row);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("gitlab_schema", row.gitlabSchema());
    values.put("owner_database", row.ownerDatabase());
    values.put("epoch", row.epoch());
    values.put("state", row.state().name());
    values.put("place", row.place());
    values.put("timeline", row.timeline());
    put(values, "failover_id", row.failoverId());
    values.put("was_state", was.state().name());
    values.put("was_epoch", was.epoch());
    values.put("was_timeline", was.timeline());
    put(values, "was_failover_id", was.failoverId());
    return values;
  }

  private static void put(Map<String, Object> values, String key, @Nullable String value) {
    if (value != null) {
      values.put(key, value);
    }
  }
}
