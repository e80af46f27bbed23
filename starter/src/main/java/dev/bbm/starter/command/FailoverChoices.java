package dev.bbm.starter.command;

import static java.util.stream.Collectors.joining;

import dev.bbm.starter.config.FailoverSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.failover.ScopeSearch;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FailoverStep;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.Promotion;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a failover is to be like: the options of {@code plan} and {@code start}. */
final class FailoverChoices {

  @Mixin private FailoverTarget target;

  @Option(
      names = "--schema",
      paramLabel = "GITLAB_SCHEMA",
      split = ",",
      description = "Move only this one; may be repeated (default: all of TARGET's own).")
  private List<String> schemas = List.of();

  @Option(
      names = "--promote",
      paramLabel = "HOW",
      description =
          "Who promotes the standby: pg_promote, person, or command (default: failover.promote of bbm.yml).")
  private @Nullable Promotion promotion;

  @Option(
      names = "--approve-before",
      paramLabel = "STEP",
      split = ",",
      description =
          "Wait for ./bbm failover approve before this step; may be repeated: label, drain, fence, lock_app, catch_up, promote, adopt, retire, decide.")
  private List<FailoverStep> approvals = List.of();

  String target() {
    return target.name();
  }

  /** Looks at all servers; throws what cannot be. */
  FailoverRequest request(Settings settings, @Nullable String by) {
    requireReversible();
    FailoverSettings configured = settings.failover();
    Promotion chosen = promotion == null ? configured.promotion() : promotion;
    if (chosen == Promotion.COMMAND && !configured.hooks().containsKey(Hook.PROMOTE)) {
      throw ApplicationException.of(
          ErrorCode.INVALID_OPTION,
          "--promote command needs a command, and failover.promote has none",
          "failover: {promote: {command: \"…\"}} in bbm.yml");
    }
    FailoverScope scope = new ScopeSearch(settings, target()).find(schemas);
    return new FailoverRequest(
        scope,
        chosen,
        approvals.stream().distinct().sorted().toList(),
        configured.hooksWith(chosen),
        configured.budgets(),
        by == null ? "unknown" : by);
  }

  private void requireReversible() {
    approvals.stream()
        .filter(step -> step.compareTo(FailoverStep.DECIDE) > 0 || step == FailoverStep.CHECK)
        .findFirst()
        .ifPresent(step -> {
          throw ApplicationException.of(
              ErrorCode.INVALID_OPTION,
              "nobody can be asked before step %d, %s"
                  .formatted(step.number(), step.name().toLowerCase(Locale.ROOT)),
              "one of: "
                  + Arrays.stream(FailoverStep.values())
                      .filter(it ->
                          it.compareTo(FailoverStep.CHECK) > 0
                              && it.compareTo(FailoverStep.DECIDE) <= 0)
                      .map(it -> it.name().toLowerCase(Locale.ROOT))
                      .collect(joining(", ")));
        });
  }
}
