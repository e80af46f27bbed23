package dev.bbm.workflows.failover.model;

/** The servers of the model. */
@SuppressWarnings("EnumOrdinal") // a state keeps the number, within one run only
enum Server {
  /** The source's primary; a zombie once its replica was promoted. */
  SOURCE,
  /** The replica of the source that its cluster manager may promote. */
  HEIR,
  /** The standby that the failover promotes. */
  COPY;

  /** As kept in a state. */
  int number() {
    return ordinal();
  }
}
