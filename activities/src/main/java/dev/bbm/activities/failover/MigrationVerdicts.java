package dev.bbm.activities.failover;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.MigrationAtFailover;
import dev.bbm.workflows.failover.MigrationVerdict;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.ownership.TaskQueues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares each migration at the fence on the source with its start on the copy. */
public final class MigrationVerdicts {

  private static final String QUARANTINED = "quarantined";
  private static final String ABORTED = "back at its cursor";
  private static final String REDONE = "back at its cursor; what the copy changed is done again";
  private static final String BROUGHT_BACK = "back with what the copy changed";

  private final FailoverServers servers;

  /** Connects to nothing yet. */
  public MigrationVerdicts(FailoverServers servers) {
    this.servers = servers;
  }

  /** Every migration that was noted on either side; a server that is down noted nothing. */
  public List<MigrationVerdict> of(FailoverScope scope) {
    Map<String, MigrationAtFailover> fenced = noted(servers.source(), scope, "fence");
    Optional<String> back = wayBack(scope);
    Map<String, MigrationAtFailover> started =
        back.filter(ABORTED::equals).isPresent() ? Map.of() : noted(servers.copy(), scope, "start");
    return Stream.concat(
            fenced.keySet().stream(),
            started.keySet().stream().filter(uid -> !fenced.containsKey(uid)))
        .map(uid -> verdict(scope, fenced.get(uid), started.get(uid), back))
        .toList();
  }

  /** What became of the moved ones, if the journal says that the failover went back. */
  private Optional<String> wayBack(FailoverScope scope) {
    try {
      ServerRow journal = Steps.reading(servers.source(), it -> it.loadServer(scope.id()));
      if (journal.rolledBack()) {
        return Optional.of(
            new ReverseReplication(servers, scope).hasBroughtBack() ? BROUGHT_BACK : REDONE);
      }
      return "ABORT".equals(journal.decision()) ? Optional.of(ABORTED) : Optional.empty();
    } catch (ApplicationException silent) {
      if (silent.code().category() != ErrorCategory.UNAVAILABLE) {
        throw silent;
      }
      return Optional.empty();
    }
  }

  private static Map<String, MigrationAtFailover> noted(
      Database database, FailoverScope scope, String at) {
    try {
      return database
          .transactions()
          .reading(session -> session.getMapper(FailoverMapper.class).listNoted(scope.id(), at))
          .stream()
          .collect(
              Collectors.toMap(
                  MigrationAtFailover::uid,
                  Function.identity(),
                  (one, _) -> one,
                  LinkedHashMap::new));
    } catch (ApplicationException silent) {
      if (silent.code().category() != ErrorCategory.UNAVAILABLE) {
        throw silent;
      }
      return Map.of();
    }
  }

  private static MigrationVerdict verdict(
      FailoverScope scope,
      @Nullable MigrationAtFailover fenced,
      @Nullable MigrationAtFailover started,
      Optional<String> back) {
    String word = word(scope, fenced, started);
    if (fenced == null || word.equals(QUARANTINED) || back.isEmpty()) {
      return new MigrationVerdict(fenced, started, word);
    }
    return new MigrationVerdict(
        fenced, started, scope.moves(fenced.gitlabSchema()) ? back.get() : "stayed");
  }

  private static String word(
      FailoverScope scope,
      @Nullable MigrationAtFailover fenced,
      @Nullable MigrationAtFailover started) {
    if (fenced == null) {
      return "found on the copy only";
    }
    if (fenced.status().equals("quarantined")) {
      return QUARANTINED;
    }
    if (TaskQueues.isShared(fenced.gitlabSchema())) {
      return started == null ? "stayed" : "goes on in both places";
    }
    if (!scope.moves(fenced.gitlabSchema())) {
      return "stayed";
    }
    if (started == null) {
      return "stayed at its cursor";
    }
    return started.jobs().equals(fenced.jobs())
        ? "moved at its cursor"
        : "PROGRESS DIFFERS: do not let it run";
  }
}
