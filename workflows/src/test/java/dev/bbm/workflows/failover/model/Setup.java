package dev.bbm.workflows.failover.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * What may happen in an exploration; everything in it may happen at any time.
 *
 * @param workers that run the moved migration, or queue
 * @param shared there is a shared migration as well
 * @param queueing somebody queues a migration of the moved schema
 * @param unplanned the source's primary may be lost, with the tail of its WAL
 * @param late one call of the coordinator may come again, arbitrarily late
 */
record Setup(
    int workers,
    boolean shared,
    boolean queueing,
    boolean unplanned,
    boolean late,
    Set<Flaw> flaws) {

  static Setup of(int workers) {
    return new Setup(workers, false, false, true, true, EnumSet.noneOf(Flaw.class));
  }

  Setup withShared() {
    return new Setup(workers, true, queueing, unplanned, late, flaws);
  }

  Setup withQueueing() {
    return new Setup(workers, shared, true, unplanned, late, flaws);
  }

  Setup withoutLateCalls() {
    return new Setup(workers, shared, queueing, unplanned, false, flaws);
  }

  Setup with(Flaw... more) {
    var all = EnumSet.noneOf(Flaw.class);
    all.addAll(flaws);
    all.addAll(Set.of(more));
    return new Setup(workers, shared, queueing, unplanned, late, all);
  }

  boolean has(Flaw flaw) {
    return flaws.contains(flaw);
  }
}
