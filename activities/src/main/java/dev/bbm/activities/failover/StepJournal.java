package dev.bbm.activities.failover;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failure.ApplicationException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each step as it ended into the source's journal; a source that is down hinders no step.
 */
final class StepJournal {

  private static final Logger log = LoggerFactory.getLogger(StepJournal.class);
  private static final int LONGEST_OUTCOME = 1_000;

  private final Database source;
  private final FailoverRequest request;

  StepJournal(Database source, FailoverRequest request) {
    this.source = source;
    this.request = request;
  }

  <T> T recorded(String step, Supplier<T> work) {
    Instant began = InstantSource.system().instant();
    try {
      T result = work.get();
      record(step, began, String.valueOf(result));
      return result;
    } catch (ApplicationException failure) {
      record(step, began, failure.code() + ": " + failure.getMessage());
      throw failure;
    }
  }

  private void record(String step, Instant began, String outcome) {
    String by = "coordinator " + ProcessHandle.current().pid();
    String text = outcome.substring(0, Math.min(outcome.length(), LONGEST_OUTCOME));
    log.info("Failover of {}: {}: {}", request.scope().toDatabase(), step, text);
    try {
      source
          .transactions()
          .inTransaction(session ->
              session
                  .getMapper(FailoverMapper.class)
                  .recordStep(request.scope().id(), step, began, text, by));
    } catch (ApplicationException silent) {
      log.warn("Step {} is not in the journal: {}", step, silent.getMessage());
    }
  }
}
