package dev.bbm.starter.failover;

import dev.bbm.activities.failover.FailoverChecks;
import dev.bbm.starter.config.FailoverSettings;
import dev.bbm.starter.config.HookSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failover.Budgets;
import dev.bbm.workflows.failover.CheckResult;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverStep;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.Promotion;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a failover would do, with its checks made and its reversible steps rehearsed; nothing stays
 * changed.
 *
 * @param hooks the shell commands that would run
 */
public record FailoverPlan(
    FailoverRequest request, List<CheckResult> checks, Map<Hook, HookSettings> hooks) {

  /** Makes all checks. */
  public static FailoverPlan make(Settings settings, FailoverRequest request) {
    FailoverSettings configured = settings.failover();
    try (FailoverDatabases databases = FailoverDatabases.open(settings, request.scope())) {
      var checks =
          new FailoverChecks(databases.servers(), FailoverCoordinator.commands(configured.hooks()))
              .before(request);
      return new FailoverPlan(request, checks, configured.hooks());
    }
  }

  /** Throws FAILOVER_CHECKS_FAILED unless all passed. */
  public void requirePassed() {
    long failed = checks.stream().filter(it -> !it.passed()).count();
    if (failed > 0) {
      throw ApplicationException.of(
          ErrorCode.FAILOVER_CHECKS_FAILED,
          "%d of %d checks failed; nothing was changed".formatted(failed, checks.size()),
          "mend what the lines with ✗ say, then ./bbm failover plan "
              + request.scope().toDatabase());
    }
  }

  /** For a terminal. */
  public String text() {
    var lines = new ArrayList<String>();
    lines.add(ReportWords.heading(request.scope()));
    checks.forEach(it -> lines.addAll(check(it)));
    lines.add("Steps:");
    for (FailoverStep step : FailoverStep.values()) {
      lines.add("  %2d %s%s".formatted(step.number(), step.action(), detail(step)));
    }
    lines.add(
        "Write-pause: usually below 1 s%s; at most %s, then it aborts by itself. Other gitlab_schemas go on."
            .formatted(extra(), ReportWords.roughly(longestPause())));
    lines.add(
        "Until step 9: ./bbm failover abort %s. After it: ./bbm failover rollback %s."
            .formatted(request.scope().toDatabase(), request.scope().toDatabase()));
    return String.join("\n", lines);
  }

  private static List<String> check(CheckResult check) {
    return check.passed()
        ? List.of("  ✓ %s %s: %s".formatted(check.code(), check.title(), check.note()))
        : check.problems().stream()
            .map(problem -> "  ✗ %s %s: %s".formatted(check.code(), check.title(), problem))
            .toList();
  }

  private String detail(FailoverStep step) {
    String asked = request.approvals().contains(step) ? ", when you approve" : "";
    Budgets budgets = request.budgets();
    return asked
        + switch (step) {
          case DRAIN -> within(budgets.drain());
          case FENCE -> within(budgets.fence());
          case LOCK_APP -> hook(Hook.PAUSE_APP) + within(budgets.lock());
          case CATCH_UP -> within(budgets.catchUp());
          case PROMOTE -> promotion() + within(budgets.promotion());
          case REPOINT -> hook(Hook.REPOINT_APP) + hook(Hook.RESUME_APP);
          case CHECK, LABEL, ADOPT, RETIRE, DECIDE, ACTIVATE, VERIFY -> "";
        };
  }

  private static String within(Duration budget) {
    return ", at most " + ReportWords.roughly(budget);
  }

  private String promotion() {
    return switch (request.promotion()) {
      case PG_PROMOTE -> " by pg_promote";
      case COMMAND -> hook(Hook.PROMOTE);
      case PERSON -> ", by you";
    };
  }

  private String hook(Hook hook) {
    HookSettings configured = hooks.get(hook);
    return configured == null || !request.hooks().contains(hook)
        ? ""
        : ", %s `%s`".formatted(hook.key(), configured.command());
  }

  /** What is not the engine's own part of the write-pause. */
  private String extra() {
    var parts = new ArrayList<String>();
    if (request.hooks().contains(Hook.PAUSE_APP)) {
      parts.add("pause_app");
    }
    if (request.promotion() == Promotion.COMMAND) {
      parts.add("your promote command");
    }
    if (request.promotion() == Promotion.PERSON) {
      parts.add("your promotion");
    }
    parts.addAll(
        request.approvals().stream()
            .filter(step -> step.compareTo(FailoverStep.FENCE) > 0)
            .map(step -> "your approval of step %d".formatted(step.number()))
            .toList());
    return parts.isEmpty() ? "" : parts.stream().collect(Collectors.joining(" and ", " plus ", ""));
  }

  private Duration longestPause() {
    Budgets budgets = request.budgets();
    Duration pause =
        budgets
            .fence()
            .plus(budgets.lock())
            .plus(budgets.catchUp())
            .plus(budgets.promotion().multipliedBy(2))
            .plus(budgets.record().multipliedBy(3));
    if (request.hooks().contains(Hook.PAUSE_APP)) {
      pause = pause.plus(budgets.hook());
    }
    long people =
        request.approvals().stream().filter(step -> step.compareTo(FailoverStep.FENCE) > 0).count();
    if (request.promotion() == Promotion.PERSON) {
      people++;
    }
    return pause.plus(budgets.approval().multipliedBy(people));
  }
}
