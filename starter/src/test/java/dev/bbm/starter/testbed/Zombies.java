package dev.bbm.starter.testbed;

import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.migration.TokenKeeper;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers that were given a token and a connection before the failover, and never look again. Each
 * is there twice: one stays with the old server, one is pointed at the new one.
 */
public final class Zombies implements AutoCloseable {

  private final FailoverPair pair;
  private final JobClasses classes;
  private final List<Zombie> risen = new ArrayList<>();

  public Zombies(FailoverPair pair) {
    this.pair = pair;
    this.classes = JobClasses.load(pair.jobClasses(), Zombies.class.getClassLoader());
  }

  /** Lets two of them hold the same job of a migration of this schema after one sub-batch. */
  public void hold(String uid, String gitlabSchema) {
    TokenKeeper here = keeper("zombie-here", pair.onPrimary());
    TokenKeeper there = keeper("zombie-there", pair.onStandby());
    OwnershipToken token = here.token(gitlabSchema);
    var held = afterOneSubBatch(here, uid, token);
    risen.add(new Zombie("the old server", here, held));
    risen.add(new Zombie("the new server", there, held));
  }

  /** A worker that runs may take the job back between the claim and the sub-batch. */
  private static TokenKeeper.Grip afterOneSubBatch(
      TokenKeeper keeper, String uid, OwnershipToken token) {
    for (int attempt = 1; ; attempt++) {
      try {
        return keeper.runSubBatch(keeper.claim(uid, token).orElseThrow());
      } catch (ApplicationException taken) {
        if (taken.code() != ErrorCode.STALE_CLAIM || attempt == 20) {
          throw taken;
        }
      }
    }
  }

  /** From now on all of them work without a pause. */
  public void rise() {
    risen.forEach(Zombie::start);
  }

  /** What they have met so far. */
  public List<Zombie.Account> accounts() {
    return risen.stream().map(Zombie::account).toList();
  }

  /** Sub-batches that one of them committed though it had been told that it lost the ownership. */
  public long writesBehindTheFence() {
    return accounts().stream().mapToLong(Zombie.Account::writesBehindTheFence).sum();
  }

  private TokenKeeper keeper(String name, Sql server) {
    var settings =
        new DatabaseSettings(
            "ci",
            server.jdbcUrl(),
            "",
            new Secret(""),
            List.of("gitlab_main", "gitlab_ci", "gitlab_shared"),
            true,
            true,
            2);
    return new TokenKeeper(settings, name, classes);
  }

  @Override
  public void close() {
    risen.forEach(Zombie::close);
  }
}
