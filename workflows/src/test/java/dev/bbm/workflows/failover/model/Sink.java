package dev.bbm.workflows.failover.model;

/** Takes each state that may follow, and what leads to it. */
@FunctionalInterface
interface Sink {
  void accept(State next, String who, Object what, Server where, String how);
}
