package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The check that passes for the real code fails for code with one piece left out, under the same
 * schedule.
 */
@Timeout(600)
final class MutantsIT {

  private static final int ROWS = 2_500;
  private static final String REPEATABLE_READ =
      "&options=-c%20default_transaction_isolation=repeatable%5C%20read";

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void cursorInATransactionOfItsOwnIsSeen() {
    var random = Seed.random();
    assertThat(violations(GateMutant::none, schedules -> schedules.killWorker(Map.of(), random)))
        .isEmpty();
    assertThat(
            violations(
                GateMutant::withoutClose,
                schedules ->
                    schedules.killWorker(Map.of(ExactnessWorker.CURSOR_APART, "40"), random)))
        .anyMatch(violation -> violation.endsWith("rows of numbers were changed 2 times"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void gateWithoutTheAdvisoryKeyIsSeen() {
    assertThat(violations(GateMutant::none, schedules -> schedules.fence(""))).isEmpty();
    assertThat(violations(GateMutant::withoutKey, schedules -> schedules.fence("")))
        .anyMatch(violation -> violation.endsWith("sub-batches were committed behind the fence"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void gateUnderRepeatableReadIsSeen() {
    assertThat(
            violations(GateMutant::atAnyIsolation, schedules -> schedules.fence(REPEATABLE_READ)))
        .anyMatch(violation -> violation.endsWith("sub-batches were committed behind the fence"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void gateRefusesRepeatableRead() {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, ROWS, 1)) {
      cluster.database().queue(Subject.NUMBERS, "");
      var worker = cluster.worker("w", Map.of(), REPEATABLE_READ).start();

      Await.until(
          () -> "the worker says why it does nothing; it says " + worker.lastWords(),
          Duration.ofMinutes(3),
          () ->
              worker
                  .lastWords()
                  .contains("the gate needs READ COMMITTED, this transaction is REPEATABLE READ"));
      assertThat(cluster.database().moves()).isZero();
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void noClaimCheckIsSeen() {
    assertThat(violations(GateMutant::none, Schedules::staleAttempts)).isEmpty();
    assertThat(violations(GateMutant::withoutClaim, Schedules::staleAttempts))
        .anyMatch(violation -> violation.contains("while bbm/thief held it"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void neitherClaimNorCursorCheckIsSeen() {
    Consumer<Migrated> mutant =
        database -> {
          GateMutant.withoutClaim(database);
          GateMutant.withoutCursor(database);
        };
    assertThat(violations(mutant, Schedules::staleAttempts))
        .anyMatch(violation -> violation.endsWith("rows of numbers were changed 2 times"));
  }

  private static List<String> violations(
      Consumer<Migrated> mutant, Function<Schedules, List<String>> schedule) {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, ROWS, 1)) {
      mutant.accept(cluster.database());
      var violations = schedule.apply(new Schedules(cluster));
      violations.stream().limit(5).forEach(violation -> System.out.println("  " + violation));
      return violations;
    }
  }
}
