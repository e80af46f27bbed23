package dev.bbm.starter.topology;

import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Looks at all endpoints of one database side by side, so that one that is down delays none of the
 * others.
 */
public final class EndpointLooks {

  private static final Executor THREADS = work -> Thread.ofVirtual().name("bbm-look").start(work);

  private final Database database;
  private final Map<Address, CompletableFuture<EndpointView>> underWay = new ConcurrentHashMap<>();

  /** Looks at nothing yet. */
  public EndpointLooks(Database database) {
    this.database = database;
  }

  /**
   * One look at each, in the configuration's order; those that are silent for longer are {@link
   * EndpointView.Silent}.
   */
  public List<EndpointView> look(Duration longest) {
    List<CompletableFuture<EndpointView>> looks =
        database.settings().endpoints().stream()
            .map(endpoint ->
                begin(endpoint)
                    .completeOnTimeout(late(endpoint), longest.toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    return looks.stream().map(CompletableFuture::join).toList();
  }

  /** The look of last time, if it has not ended: a server that hangs holds one connection only. */
  private CompletableFuture<EndpointView> begin(Address endpoint) {
    return underWay
        .compute(
            endpoint,
            (_, last) ->
                last != null && !last.isDone()
                    ? last
                    : CompletableFuture.supplyAsync(() -> view(endpoint), THREADS))
        .copy();
  }

  private EndpointView view(Address endpoint) {
    try {
      return new EndpointView.Answered(
          endpoint,
          database
              .lookAt(endpoint)
              .reading(session -> session.getMapper(OwnershipMapper.class).listOwnership()));
    } catch (ApplicationException silent) {
      return new EndpointView.Silent(endpoint, silent);
    }
  }

  private EndpointView late(Address endpoint) {
    return new EndpointView.Silent(
        endpoint,
        ApplicationException.of(
            ErrorCode.DATABASE_UNREACHABLE,
            "database \"%s\" does not answer in time at %s"
                .formatted(database.name(), endpoint.url()),
            "./bbm db validate-config"));
  }
}
