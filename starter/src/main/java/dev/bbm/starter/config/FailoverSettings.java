package dev.bbm.starter.config;

import dev.bbm.workflows.failover.Budgets;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.Promotion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The section {@code failover} of bbm.yml.
 *
 * @param promotion who promotes the standby, unless the command line says so
 * @param hooks those that are configured
 * @param budgets never shorter than the timeout of a hook that runs within them
 */
public record FailoverSettings(
    Promotion promotion, Map<Hook, HookSettings> hooks, Budgets budgets) {

  /** What holds where bbm.yml says nothing. */
  public static final FailoverSettings DEFAULT =
      new FailoverSettings(Promotion.PG_PROMOTE, Map.of(), Budgets.DEFAULT);

  public FailoverSettings {
    hooks = Map.copyOf(hooks);
  }

  /** The hooks that run when it is promoted in that way, in the order of their steps. */
  public List<Hook> hooksWith(Promotion chosen) {
    var running = new EnumMap<Hook, HookSettings>(Hook.class);
    running.putAll(hooks);
    if (chosen != Promotion.COMMAND) {
      running.remove(Hook.PROMOTE);
    }
    return List.copyOf(running.keySet());
  }
}
