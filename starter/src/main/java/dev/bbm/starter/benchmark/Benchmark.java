package dev.bbm.starter.benchmark;

import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.Transactions;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Interleaved rounds of all contenders over a fresh table each; medians, and ratios to the PL/pgSQL
 * loop of the run.
 */
public final class Benchmark {

  private final Transactions transactions;
  private final PlainLoops loops;
  private final int rows;
  private final int subBatchSize;
  private final PrintWriter out;
  private final List<Contender> contenders;

  /** The database is installed, and a worker with job class BenchmarkNarrow serves it. */
  public Benchmark(Database database, int rows, int subBatchSize, PrintWriter out) {
    database.myBatis().addMapper(BenchmarkMapper.class);
    this.transactions = database.transactions();
    this.rows = rows;
    this.subBatchSize = subBatchSize;
    this.out = out;
    this.loops = new PlainLoops(database.settings(), subBatchSize);
    this.contenders =
        List.of(
            contender("PL/pgSQL loop", loops::plpgsql),
            contender("JDBC loop", loops::jdbc),
            contender("bbm through Temporal", this::migrate));
  }

  private interface Run {
    Duration go() throws Exception;
  }

  private static Contender contender(String name, Run run) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Duration run() throws Exception {
        return run.go();
      }
    };
  }

  /** One round is not counted: it warms the server's cache and this JVM. */
  public void run(int rounds) throws Exception {
    run(BenchmarkMapper::createPlainLoop);
    Map<String, List<Duration>> times = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Contender contender : contenders) {
        Duration time = measure(contender);
        out.printf(
            Locale.ROOT, "round %d  %-22s %6d ms%n", round, contender.name(), time.toMillis());
        out.flush();
        if (round > 0) {
          times.computeIfAbsent(contender.name(), name -> new ArrayList<>()).add(time);
        }
      }
    }
    report(times);
  }

  private Duration measure(Contender contender) throws Exception {
    run(BenchmarkMapper::forgetMigrations);
    run(BenchmarkMapper::dropTable);
    run(BenchmarkMapper::createTable);
    run(mapper -> mapper.fill(rows));
    outsideTransaction("VACUUM ANALYZE narrow");
    outsideTransaction("CHECKPOINT");
    Duration time = contender.run();
    long wrong = run(BenchmarkMapper::countWrong);
    if (wrong > 0) {
      throw ApplicationException.of(
          ErrorCode.BUG, "%s left %d rows wrong".formatted(contender.name(), wrong));
    }
    return time;
  }

  /**
   * By the database's own times, so that queueing and the sweep do not count, and the claim of each
   * job does.
   */
  private Duration migrate() throws InterruptedException {
    run(mapper -> mapper.queue(subBatchSize));
    long spent = run(BenchmarkMapper::millisecondsSpent);
    while (spent < 0) {
      Thread.sleep(200);
      spent = run(BenchmarkMapper::millisecondsSpent);
    }
    return Duration.ofMillis(spent);
  }

  private void report(Map<String, List<Duration>> times) {
    double base = median(times.getOrDefault(contenders.getFirst().name(), List.of(Duration.ZERO)));
    out.printf(
        Locale.ROOT, "%n| contender | median s (min-max) | rows/s | ratio |%n|---|---|---|---|%n");
    times.forEach((name, all) ->
        out.printf(
            Locale.ROOT,
            "| %s | %.2f (%.2f-%.2f) | %,.0f | %.2f |%n",
            name,
            median(all),
            seconds(all.stream().min(Duration::compareTo).orElseThrow()),
            seconds(all.stream().max(Duration::compareTo).orElseThrow()),
            rows / median(all),
            median(all) / base));
    out.flush();
  }

  private static double median(List<Duration> times) {
    double[] sorted = times.stream().mapToDouble(Benchmark::seconds).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private <T> T run(Function<BenchmarkMapper, T> work) {
    return transactions.inTransaction(
        session -> work.apply(session.getMapper(BenchmarkMapper.class)));
  }

  private void outsideTransaction(String sql) throws SQLException {
    try (Connection connection = loops.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
