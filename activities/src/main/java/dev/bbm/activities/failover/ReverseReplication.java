package dev.bbm.activities.failover;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The operator's own logical replication from the copy back to the source. A rollback uses it only
 * where the migrations' progress comes with the data, in the same transactions: with the data
 * alone, rows would be migrated twice. Source: failover-protocol.md, section 3.7 (c).
 */
public final class ReverseReplication {

  /** Then the attempt says how it stands, and is repeated. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final FailoverServers servers;
  private final FailoverScope scope;
  private final String moved;

  /** Connects to nothing yet. */
  public ReverseReplication(FailoverServers servers, FailoverScope scope) {
    this.servers = servers;
    this.scope = scope;
    this.moved = JournalRow.json(scope.movedSchemas());
  }

  /**
   * The subscription that a rollback has to wait for; empty when nothing comes back, or nothing any
   * more.
   *
   * @param copyIsStopped then a copy that does not answer is asked for nothing
   * @throws ApplicationException FAILOVER_REFUSED when it lacks progress, tables or rights
   */
  public Optional<ReverseSubscription> requireUsable(boolean copyIsStopped) {
    List<ReverseSubscription> all = reading(servers.source(), it -> it.listSubscriptions(moved));
    Optional<String> stopped = reading(servers.source(), it -> it.findStopped(scope.id()));
    if (stopped.isPresent() || all.isEmpty()) {
      return Optional.empty();
    }
    if (all.size() > 1) {
      throw refused(
          "changes come back by %d subscriptions, which do not keep step: %s"
              .formatted(all.size(), String.join(", ", names(all))),
          "one subscription with all of it");
    }
    ReverseSubscription only = all.getFirst();
    List<String> problems = problems(only, copyIsStopped);
    if (!problems.isEmpty()) {
      throw refused(
          "subscription \"%s\" brings changes back without what a rollback needs: %s%s"
              .formatted(
                  only.name(),
                  problems.getFirst(),
                  problems.size() == 1 ? "" : ", and %d more".formatted(problems.size() - 1)),
          "docs/failover.md, Rollback with reverse replication");
    }
    return Optional.of(only);
  }

  /** Whether a rollback has let the source go on with what came back. */
  boolean hasBroughtBack() {
    return reading(servers.source(), it -> it.findStopped(scope.id())).isPresent();
  }

  private List<String> problems(ReverseSubscription subscription, boolean copyIsStopped) {
    var problems = new ArrayList<String>();
    if (!subscription.mayAlter()) {
      problems.add("bbm's user may not disable it");
    }
    problems.addAll(reading(servers.source(), it -> it.listMissing(subscription.name(), moved)));
    try {
      problems.addAll(problemsOfCopy(subscription));
    } catch (ApplicationException silent) {
      if (!copyIsStopped || silent.code().category() != ErrorCategory.UNAVAILABLE) {
        throw silent;
      }
    }
    return problems;
  }

  private List<String> problemsOfCopy(ReverseSubscription subscription) {
    var problems =
        new ArrayList<String>(
            reading(servers.copy(), it -> it.listUnpublished(subscription.publications(), moved)));
    String slot = subscription.slot();
    if (slot == null || reading(servers.copy(), it -> it.hasConfirmed(slot, "0/0")).isEmpty()) {
      problems.add("database \"%s\" has no slot of it".formatted(scope.toDatabase()));
    }
    if (!subscription.enabled()) {
      problems.add("it is disabled");
    }
    return problems;
  }

  /**
   * Returns once the source has all that the fenced copy wrote, and takes no more from it.
   *
   * @param subscription empty where an earlier attempt has stopped it, or nothing comes back
   * @param copyAnswers otherwise what has come is all
   */
  void receiveRest(Optional<ReverseSubscription> subscription, boolean copyAnswers, Beat beat) {
    subscription.ifPresent(it -> {
      if (copyAnswers) {
        String position = Steps.reading(servers.copy(), FailoverMapper::loadFlushedPosition);
        await(
            beat,
            () -> confirmed(it, position),
            "subscription \"%s\" has not confirmed %s".formatted(it.name(), position));
      }
      writing(mapper -> mapper.stop(scope.id(), it.name()));
    });
    await(
        beat,
        () ->
            reading(servers.source(), it -> it.listSubscriptions(moved)).stream()
                .noneMatch(ReverseSubscription::running),
        "a subscription of the source still applies changes");
  }

  private boolean confirmed(ReverseSubscription subscription, String position) {
    return reading(
            servers.copy(), it -> it.hasConfirmed(String.valueOf(subscription.slot()), position))
        .orElse(false);
  }

  private static void await(Beat beat, BooleanSupplier condition, String otherwise) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw ApplicationException.of(
            ErrorCode.STATEMENT_TIMEOUT,
            "%s within %d s: look at the log of the source"
                .formatted(otherwise, PATIENCE.toSeconds()));
      }
      beat.pause(Steps.LOOK);
    }
  }

  private static List<String> names(List<ReverseSubscription> all) {
    return all.stream().map(ReverseSubscription::name).toList();
  }

  private static ApplicationException refused(String sentence, String remedy) {
    return ApplicationException.of(ErrorCode.FAILOVER_REFUSED, sentence, remedy);
  }

  private void writing(Function<ReverseReplicationMapper, Object> work) {
    servers
        .source()
        .transactions()
        .inTransaction(session -> work.apply(session.getMapper(ReverseReplicationMapper.class)));
  }

  private static <T> T reading(Database database, Function<ReverseReplicationMapper, T> work) {
    return database
        .transactions()
        .reading(session -> work.apply(session.getMapper(ReverseReplicationMapper.class)));
  }
}
