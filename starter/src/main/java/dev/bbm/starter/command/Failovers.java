package dev.bbm.starter.command;

import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.activities.failover.ReverseReplication;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverCoordinator;
import dev.bbm.starter.failover.FailoverDatabases;
import dev.bbm.starter.failover.FailoverEnding;
import dev.bbm.starter.failover.FailoverLines;
import dev.bbm.starter.failover.FailoverRuns;
import dev.bbm.starter.failover.FailoverText;
import dev.bbm.starter.failover.JournalSearch;
import dev.bbm.workflows.failover.FailoverMessage;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FailoverState;
import dev.bbm.workflows.failure.ExitCode;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the commands about failovers have in common: to host one, to watch it, to end with it. */
@Singleton
final class Failovers {

  private final Databases databases;
  private final Surroundings surroundings;

  Failovers(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  Settings settings() {
    return databases.settings();
  }

  /** Who types. */
  @Nullable String user() {
    return surroundings.user();
  }

  JournalSearch journal() {
    return new JournalSearch(settings());
  }

  /** Connects at the first call, not here. */
  TemporalConnection temporal() {
    return TemporalConnection.of(settings(), surroundings);
  }

  /**
   * Hosts a failover to its end and prints what happens.
   *
   * @param begin once it is hosted: starts the workflow, or sends it a word
   */
  FailoverReport host(
      TemporalConnection temporal,
      FailoverRequest request,
      Consumer<FailoverRuns> begin,
      PrintWriter out)
      throws InterruptedException {
    String target = request.scope().toDatabase();
    var runs = new FailoverRuns(temporal);
    var lines = new FailoverLines(line -> say(out, line));
    Thread interrupted =
        new Thread(
            () -> say(out, "interrupted; it stands still until ./bbm failover resume " + target));
    Runtime.getRuntime().addShutdownHook(interrupted);
    try (var _ = FailoverCoordinator.host(settings(), temporal, request, List.of())) {
      begin.accept(runs);
      FailoverReport report = new FailoverEnding(runs).await(target, lines::show);
      say(out, FailoverText.ending(report));
      return report;
    } finally {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  /** Whether what the copy changed comes back; throws FAILOVER_REFUSED where a rollback is. */
  boolean checkRollback(JournalEntry entry, boolean copyIsStopped) {
    FailoverScope scope = entry.toRequest().scope();
    try (var servers = FailoverDatabases.open(settings(), scope)) {
      return new ReverseReplication(servers.servers(), scope)
          .requireUsable(copyIsStopped)
          .isPresent();
    }
  }

  /** Of a person at this command line. */
  FailoverMessage message(@Nullable String reason, boolean copyIsStopped) {
    String by = user();
    return new FailoverMessage(reason, by == null ? "unknown" : by, copyIsStopped ? true : null);
  }

  /** How {@code start} and {@code resume} end. */
  static ExitCode ending(FailoverReport report) {
    if (FailoverText.untouched(report)) {
      return ExitCode.REFUSED;
    }
    return switch (report.state()) {
      case MOVED -> ExitCode.DONE;
      case ABORTED, ROLLED_BACK -> ExitCode.FAILED;
      case RUNNING -> ExitCode.NOT_FINISHED;
    };
  }

  /** How a command ends that asked for a way back. */
  static ExitCode endingAs(FailoverState asked, FailoverReport report) {
    return report.state() == asked ? ExitCode.DONE : ExitCode.FAILED;
  }
}
