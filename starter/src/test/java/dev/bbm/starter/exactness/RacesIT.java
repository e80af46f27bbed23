package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two at the same moment. */
@Timeout(600)
final class RacesIT {

  /** Pause as the Web UI does it, by an update; resume as the CLI does it, by SQL. */
  @Test
  void rowAndWorkflowAgreeAfterPauseAndResumeAtOnce() throws Exception {
    int rounds = Integer.getInteger("bbm.races", 102) / Subject.all().size();
    var random = Seed.random();
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, 20_000, 20_000);
        var temporal = cluster.client()) {
      cluster.worker("w").start();
      List<List<String>> endings =
          atOnce(
              Subject.all().stream()
                  .map(subject -> new PauseRace(cluster, temporal, subject, random.nextLong()))
                  .<Callable<List<String>>>map(race -> () -> race.run(rounds))
                  .toList());

      assertThat(endings.stream().flatMap(List::stream).distinct())
          .as("states in which rounds ended: both orders must occur")
          .containsExactlyInAnyOrder("paused", "active");
    }
  }

  /** Each lane closes its last job, at the same moment. */
  @Test
  void migrationFinishesWhenTwoLanesCloseTheLastTwoJobs() throws Exception {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, 2, 1)) {
      for (int round = 1; round <= 100; round++) {
        assertThat(statusAfterTwoClosings(cluster.database()))
            .as("round " + round)
            .isEqualTo("finished");
      }
    }
  }

  @Test
  void migrationWouldStayActiveIfClosingDidNotLockIt() throws Exception {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, 2, 1)) {
      GateMutant.closingWithoutLock(cluster.database());

      assertThat(statusAfterTwoClosings(cluster.database())).isEqualTo("active");
    }
  }

  private static String statusAfterTwoClosings(Migrated database) throws Exception {
    database.value("SELECT bbm.delete_batched_background_migration('CountNumbers', 'numbers')");
    long id =
        database.queue(
            Subject.NUMBERS,
            ", batch_size => 1, sub_batch_size => 1, max_batch_size => 1, lanes => 2");
    claim(database, id, 1, "a#1");
    claim(database, id, 2, "b#1");
    database.execute(
        "UPDATE bbm.batched_background_migration_jobs SET cursor = max_cursor WHERE batched_background_migration_id = "
            + id);
    atOnce(List.of(() -> claim(database, id, 1, "a#2"), () -> claim(database, id, 2, "b#2")));
    return database.status(id);
  }

  @Test
  void oneOfTenConcurrentQueueingsCreatesTheRow() throws Exception {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, 2_000, 1)) {
      var database = cluster.database();
      for (int round = 1; round <= 20; round++) {
        Set<String> ids =
            atOnce(
                    IntStream.range(0, 10)
                        .<Callable<String>>mapToObj(_ ->
                            () ->
                                onOwnConnection(
                                    database,
                                    "SELECT bbm.queue_batched_background_migration('CountNumbers', 'numbers', 'id')"))
                        .toList())
                .stream()
                .collect(Collectors.toSet());

        assertThat(ids).as("round " + round).hasSize(1);
        assertThat(database.number("SELECT count(*) FROM bbm.batched_background_migrations"))
            .isEqualTo(1);
        database.value("SELECT bbm.delete_batched_background_migration('CountNumbers', 'numbers')");
      }
    }
  }

  private static String claim(Migrated database, long migration, int lane, String claim)
      throws SQLException {
    return onOwnConnection(
        database,
        """
        SELECT (bbm.claim_job(m.uid, %d, '%s', 'test', m.job_class_hash, 4, o.gitlab_schema, 'main', o.epoch, o.place)).verdict
          FROM bbm.batched_background_migrations AS m
          JOIN bbm.schema_ownership AS o USING (gitlab_schema)
         WHERE m.id = %d
        """
            .formatted(lane, claim, migration));
  }

  private static String onOwnConnection(Migrated database, String sql) throws SQLException {
    try (Connection connection = database.open();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static <T> List<T> atOnce(List<Callable<T>> works) throws Exception {
    var barrier = new CyclicBarrier(works.size());
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var running =
          works.stream()
              .map(work ->
                  threads.submit(() -> {
                    barrier.await();
                    return work.call();
                  }))
              .toList();
      return running.stream().map(RacesIT::result).toList();
    }
  }

  private static <T> T result(Future<T> running) {
    try {
      return running.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
