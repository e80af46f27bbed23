package dev.bbm.starter.command;

import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverPlan;
import dev.bbm.starter.failover.FailoverRuns;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a failover and hosts it to its end. */
@Prototype
@Command(
    name = "start",
    description = "Move gitlab_schemas to a database of their own: show the plan, ask, do it.",
    footer = {
      "",
      "Before step 9 whatever goes wrong leads back by itself. Killed, it stands still: ./bbm failover resume TARGET",
      "goes on, here or on any machine with the same bbm.yml. Started twice, the second one joins the first."
    },
    exitCodeList = {
      "0:moved",
      "1:aborted or rolled back; everything is back",
      "2:no such database or gitlab_schema, or wrong configuration",
      "3:refused, a check failed, or not confirmed; nothing was changed",
      "69:a database, or Temporal, does not answer",
      "130:interrupted; it stands still until it is resumed"
    })
final class FailoverStartCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private FailoverChoices choices;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private ReportFile file;

  private final Failovers failovers;
  private final FailoverHindrance hindrance;
  private final Confirmation confirmation;

  FailoverStartCommand(
      Failovers failovers, FailoverHindrance hindrance, Confirmation confirmation) {
    this.failovers = failovers;
    this.hindrance = hindrance;
    this.confirmation = confirmation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    file.requireWritable();
    String target = failovers.settings().database(choices.target()).name();
    try (TemporalConnection temporal = failovers.temporal()) {
      temporal.requireServer();
      Optional<FailoverRequest> running = new FailoverRuns(temporal).findRunning(target);
      FailoverReport report =
          running.isPresent() ? join(temporal, running.get()) : start(temporal, target);
      file.write(report, spec.commandLine().getErr());
      return Failovers.ending(report).code();
    }
  }

  /** Doing again what is being done: two hosts are no harm. */
  private FailoverReport join(TemporalConnection temporal, FailoverRequest running)
      throws InterruptedException {
    out()
        .println(
            "a failover to %s runs already; this process hosts it too"
                .formatted(running.scope().toDatabase()));
    return failovers.host(temporal, running, _ -> {}, out());
  }

  private FailoverReport start(TemporalConnection temporal, String target)
      throws IOException, InterruptedException {
    hindrance.requireNone(target);
    FailoverRequest request = choices.request(failovers.settings(), failovers.user());
    FailoverPlan plan = FailoverPlan.make(failovers.settings(), request);
    out().println(plan.text());
    plan.requirePassed();
    if (!yes) {
      confirmation.require(
          "Move %s to %s now?".formatted(String.join(", ", request.scope().movedSchemas()), target),
          "./bbm failover start %s --yes".formatted(target),
          out());
    }
    return failovers.host(temporal, request, runs -> runs.start(request), out());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
