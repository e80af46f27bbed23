package dev.bbm.starter.config;

import static dev.bbm.starter.config.Property.HOOK_COMMAND;
import static dev.bbm.starter.config.Property.HOOK_TIMEOUT;
import static dev.bbm.starter.config.Property.HOOK_UNDO;
import static dev.bbm.starter.config.Property.PROMOTE;

import dev.bbm.workflows.failover.Budgets;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.Promotion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The section {@code failover} as bbm.yml gives it. */
record FailoverSection(Mapping mapping, Problems problems) {

  private static final String BUDGETS = "budgets";
  private static final List<Promotion> WORDS = List.of(Promotion.PG_PROMOTE, Promotion.PERSON);

  /** What is wrong becomes a problem and counts as absent. */
  FailoverSettings settings() {
    var known = new ArrayList<>(Arrays.stream(Hook.values()).map(Hook::key).toList());
    known.add(BUDGETS);
    mapping.allowOnly(known);
    Budgets budgets = budgets();
    Map<Hook, HookSettings> hooks = hooks(budgets);
    requireWayBack(hooks);
    return new FailoverSettings(promotion(), hooks, widened(budgets, hooks));
  }

  private Budgets budgets() {
    Mapping given = mapping.child(BUDGETS);
    given.allowOnly(Property.keysUnder("failover.budgets."));
    Budgets usual = Budgets.DEFAULT;
    return new Budgets(
        given.duration(Property.DRAIN_BUDGET, usual.drain()),
        given.duration(Property.FENCE_BUDGET, usual.fence()),
        given.duration(Property.LOCK_BUDGET, usual.lock()),
        given.duration(Property.CATCH_UP_BUDGET, usual.catchUp()),
        given.duration(Property.PROMOTION_BUDGET, usual.promotion()),
        given.duration(Property.RECORD_BUDGET, usual.record()),
        given.duration(Property.APPROVAL_BUDGET, usual.approval()),
        given.duration(Property.HOOK_BUDGET, usual.hook()));
  }

  /** A hook may take its own timeout, though the step's budget is shorter. */
  private static Budgets widened(Budgets budgets, Map<Hook, HookSettings> hooks) {
    return new Budgets(
        budgets.drain(),
        budgets.fence(),
        budgets.lock(),
        budgets.catchUp(),
        longest(budgets.promotion(), hooks, hook -> hook == Hook.PROMOTE),
        budgets.record(),
        budgets.approval(),
        longest(budgets.hook(), hooks, hook -> hook != Hook.PROMOTE));
  }

  private static Duration longest(
      Duration budget, Map<Hook, HookSettings> hooks, Predicate<Hook> within) {
    return hooks.entrySet().stream()
        .filter(it -> within.test(it.getKey()))
        .map(it -> it.getValue().timeout())
        .reduce(budget, (one, other) -> one.compareTo(other) < 0 ? other : one);
  }

  private Promotion promotion() {
    return isMapping(Hook.PROMOTE)
        ? Promotion.COMMAND
        : mapping.text(PROMOTE).map(this::promotion).orElse(Promotion.PG_PROMOTE);
  }

  private Promotion promotion(String text) {
    Optional<Promotion> known =
        WORDS.stream().filter(it -> it.name().toLowerCase(Locale.ROOT).equals(text)).findFirst();
    if (known.isEmpty()) {
      problems.add(
          mapping.name(PROMOTE),
          text,
          "is no way to promote; write pg_promote, person, or {command: \"…\", timeout: 60s}");
    }
    return known.orElse(Promotion.PG_PROMOTE);
  }

  private boolean isMapping(Hook hook) {
    return mapping.values().get(hook.key()) instanceof Map<?, ?>;
  }

  private Map<Hook, HookSettings> hooks(Budgets budgets) {
    var hooks = new EnumMap<Hook, HookSettings>(Hook.class);
    for (Hook hook : Hook.values()) {
      boolean promotes = hook == Hook.PROMOTE;
      if (mapping.values().containsKey(hook.key()) && (!promotes || isMapping(hook))) {
        hook(hook, promotes ? budgets.promotion() : budgets.hook())
            .ifPresent(given -> hooks.put(hook, given));
      }
    }
    HookSettings pause = hooks.get(Hook.PAUSE_APP);
    HookSettings resume = hooks.get(Hook.RESUME_APP);
    if (pause != null && pause.undo() == null && resume != null) {
      hooks.put(
          Hook.PAUSE_APP, new HookSettings(pause.command(), resume.command(), pause.timeout()));
    }
    return hooks;
  }

  private Optional<HookSettings> hook(Hook hook, Duration usual) {
    Mapping given = mapping.child(hook.key());
    given.allowOnly(
        Property.keysUnder("failover.<hook>.").stream()
            .filter(key -> hook != Hook.PROMOTE || !key.equals(HOOK_UNDO.key()))
            .toList());
    Duration timeout = given.duration(HOOK_TIMEOUT, usual);
    Optional<String> command = given.text(HOOK_COMMAND);
    if (command.isEmpty()) {
      problems.add(
          given.name(HOOK_COMMAND), "", "is missing; write the shell command that does it");
    }
    return command.map(it -> new HookSettings(it, given.text(HOOK_UNDO).orElse(null), timeout));
  }

  /** An application that is paused must be let go again when the failover aborts. */
  private void requireWayBack(Map<Hook, HookSettings> hooks) {
    HookSettings pause = hooks.get(Hook.PAUSE_APP);
    if (pause != null && pause.undo() == null) {
      problems.add(
          mapping.child(Hook.PAUSE_APP.key()).name(HOOK_UNDO),
          "",
          "is missing, and there is no resume_app: an aborted failover would leave the application paused");
    }
  }
}
