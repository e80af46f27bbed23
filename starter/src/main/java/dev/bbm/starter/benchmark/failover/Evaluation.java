package dev.bbm.starter.benchmark.failover;

import dev.bbm.workflows.failover.FailoverStep;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a run's figures from the journal, the rows and the writers, once all have ended. */
record Evaluation(
    Load load,
    BenchmarkPlace main,
    BenchmarkPlace ci,
    FailoverJournal journal,
    Application ciWriters,
    Application mainWriters) {

  /** A time in which waits are looked for. */
  private record Window(Instant from, Instant to) {

    /** As long a time before. */
    Window before() {
      return new Window(from.minus(Duration.between(from, to)), from);
    }
  }

  RunResult result(double machine, Duration byHand) {
    var during = new Window(journal.began(FailoverStep.CHECK), journal.ended(FailoverStep.VERIFY));
    SubBatchWaits waits = waits(during);
    SubBatchWaits before = waits(during.before());
    RowCount onMain = main.run(mapper -> mapper.check(load.tables(Side.MAIN)));
    RowCount onCi = ci.run(mapper -> mapper.check(load.tables(Side.CI)));
    return new RunResult(
        machine,
        onMain.once() + onCi.once(),
        onMain.wrong() + onCi.wrong(),
        mainWriters.written() + ciWriters.written(),
        lost(mainWriters, onMain) + lost(ciWriters, onCi),
        waits.subBatches(),
        before.subBatches(),
        figures(byHand, during, waits, before),
        journal.parts());
  }

  /** A write whose answer was lost may be there and not be counted; never the other way round. */
  private static long lost(Application writers, RowCount found) {
    return Math.max(0, writers.written() - found.touched());
  }

  private SubBatchWaits waits(Window window) {
    return main.run(mapper -> mapper.loadWaits(load.tables(Side.MAIN), window.from(), window.to()));
  }

  private Map<String, Duration> figures(
      Duration byHand, Window during, SubBatchWaits waits, SubBatchWaits before) {
    var figures = new LinkedHashMap<String, Duration>();
    for (Figure figure : Figure.values()) {
      figures.put(
          figure.key(),
          switch (figure) {
            case WRITE_PAUSE -> journal.writePause();
            case HAND_MADE_SWITCH -> byHand;
            case DRAIN -> journal.of(FailoverStep.DRAIN);
            case WHOLE_FAILOVER -> Duration.between(during.from(), during.to());
            case CI_WRITE -> longest(ciWriters, during);
            case MAIN_WRITE -> longest(mainWriters, during);
            case MAIN_WRITE_BEFORE -> longest(mainWriters, during.before());
            case MAIN_SUB_BATCH -> seconds(waits.waited());
            case MAIN_SUB_BATCH_BEFORE -> seconds(before.waited());
            case MAIN_GAP -> seconds(waits.gap());
            case MAIN_GAP_BEFORE -> seconds(before.gap());
          });
    }
    return figures;
  }

  private static Duration longest(Application writers, Window window) {
    return writers.longestWait(window.from(), window.to());
  }

  private static Duration seconds(double value) {
    return Duration.ofMillis(Math.round(value * 1_000));
  }
}
