package dev.bbm.starter.topology;

import dev.bbm.activities.topology.Database;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a database on the endpoint that owns it. */
public final class EndpointSelection {

  private final Database database;
  private final EndpointLooks looks;
  private @Nullable EndpointClaim last;

  /** Looks at nothing yet. */
  public EndpointSelection(Database database) {
    this.database = database;
    this.looks = new EndpointLooks(database);
  }

  /**
   * What was found and done.
   *
   * @param moved whether the database leads to another endpoint now
   */
  public record Selected(EndpointChoice choice, List<EndpointView> views, boolean moved) {

    public Selected {
      views = List.copyOf(views);
    }
  }

  /** Looks at all endpoints, no longer than so, and uses the one that owns the database. */
  public synchronized Selected select(Duration longest) {
    List<EndpointView> views = looks.look(longest);
    EndpointChoice choice =
        EndpointChoice.of(
            database.name(),
            database.current(),
            views,
            last,
            (one, other) -> SameServer.test(database.lookAt(one), database.lookAt(other)));
    return new Selected(choice, views, use(choice));
  }

  private boolean use(EndpointChoice choice) {
    if (!(choice instanceof EndpointChoice.Use use)) {
      return false;
    }
    // What waits for takeover may still turn out to be the wrong one.
    last = use.claim().valid() ? use.claim() : last;
    return database.useEndpoint(use.view().endpoint());
  }
}
