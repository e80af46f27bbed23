package dev.bbm.workflows.failover;

import java.util.ArrayList;
import java.util.List;

/** The hooks of a failover: those that were begun are undone on the way back. */
final class FailoverHooks {

  private final FailoverRequest request;
  private final StepRunner steps;
  private final FailoverProgress progress;
  private final List<Hook> begun = new ArrayList<>();

  FailoverHooks(FailoverRequest request, StepRunner steps, FailoverProgress progress) {
    this.request = request;
    this.steps = steps;
    this.progress = progress;
  }

  /** Before the decision a hook that fails turns back; after it a person decides. */
  void run(Hook hook) {
    if (!request.hooks().contains(hook)) {
      return;
    }
    begun.add(hook);
    progress.add(
        progress.state() == FailoverState.RUNNING
            ? steps.within(
                request.budgets().hook().plusSeconds(5),
                hook.key(),
                it -> it.runHook(request, hook, false))
            : steps.insist(hook.key(), it -> it.runHook(request, hook, false)));
  }

  /** For a rollback after the failover's own workflow has ended: all of them were run. */
  void assumeAllRan() {
    begun.addAll(request.hooks());
  }

  /** The application is led back before it is let go on; the last first. */
  void undoAll() {
    for (Hook hook : List.of(Hook.RESUME_APP, Hook.REPOINT_APP, Hook.PAUSE_APP)) {
      if (begun.contains(hook)) {
        progress.add(steps.run("undo " + hook.key(), it -> it.runHook(request, hook, true)));
      }
    }
  }
}
