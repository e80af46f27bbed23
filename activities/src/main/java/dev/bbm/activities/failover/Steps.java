package dev.bbm.activities.failover;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.Verdict;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.ibatis.session.SqlSession;

/** What every step does with a verdict and with a server. */
final class Steps {

  /** How often a step looks whether what it waits for has come. */
  static final Duration LOOK = Duration.ofMillis(10);

  private Steps() {}

  static boolean isDone(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Done _ -> true;
      case Verdict.Wait _ -> false;
      case Verdict.Refused refusal -> throw refused(refusal.why());
      case Verdict.Write write -> throw new IllegalStateException("nothing to write: " + write);
    };
  }

  static void require(Verdict verdict) {
    switch (verdict) {
      case Verdict.Write _, Verdict.Done _ -> {}
      case Verdict.Refused refusal -> throw refused(refusal.why());
      case Verdict.Wait wait -> throw ApplicationException.of(ErrorCode.OWNERSHIP_LOST, wait.why());
    }
  }

  static ApplicationException refused(String why) {
    return ApplicationException.of(ErrorCode.FAILOVER_REFUSED, why);
  }

  static <T> T on(Database database, Function<FailoverMapper, T> work) {
    return database.transactions().inTransaction(session -> work.apply(mapper(session)));
  }

  static <T> T reading(Database database, Function<FailoverMapper, T> work) {
    return database.transactions().reading(session -> work.apply(mapper(session)));
  }

  static List<SchemaEntry> movedRows(Database database, FailoverScope scope) {
    return reading(database, FailoverMapper::listEntries).stream()
        .filter(row -> scope.moves(row.gitlabSchema()))
        .toList();
  }

  static List<String> allSchemas(FailoverMapper mapper) {
    return mapper.listEntries().stream().map(SchemaEntry::gitlabSchema).toList();
  }

  private static FailoverMapper mapper(SqlSession session) {
    return session.getMapper(FailoverMapper.class);
  }
}
