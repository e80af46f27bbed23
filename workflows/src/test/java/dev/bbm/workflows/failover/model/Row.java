package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.ownership.OwnershipState;

/** A row of schema_ownership within an {@link Image}. */
@SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // kept in a state; Bits is a record
enum Row {
  MOVED("gitlab_ci", "ci"),
  STAYING("gitlab_main", "main"),
  SHARED("gitlab_shared", "*");

  static final String FAILOVER = "F1";
  private static final String[] PLACES = {"old", "new"};
  private static final OwnershipState[] STATES = OwnershipState.values();
  private static final Row[] ALL = values();
  private static final int WIDTH = 10;

  private final String schema;
  private final String owner;
  private final Bits state;
  private final Bits epoch;
  private final Bits place;
  private final Bits timeline;
  private final Bits failover;

  Row(String schema, String owner) {
    int from = ordinal() * 10;
    this.schema = schema;
    this.owner = owner;
    this.state = new Bits(from, 2);
    this.epoch = new Bits(from + 2, 4);
    this.place = new Bits(from + 6, 1);
    this.timeline = new Bits(from + 7, 2);
    this.failover = new Bits(from + 9, 1);
  }

  static Row named(String schema) {
    for (Row row : ALL) {
      if (row.schema.equals(schema)) {
        return row;
      }
    }
    throw new IllegalArgumentException(schema);
  }

  OwnershipState state(long image) {
    return STATES[state.of(image)];
  }

  int epoch(long image) {
    return epoch.of(image);
  }

  int place(long image) {
    return place.of(image);
  }

  int timeline(long image) {
    return timeline.of(image);
  }

  boolean isOfTheFailover(long image) {
    return failover.isSet(image);
  }

  boolean differs(long image, long other) {
    return ((image ^ other) >>> (ordinal() * WIDTH) & ((1L << WIDTH) - 1)) != 0;
  }

  /** Changed as a takeover does: another state and timeline, the next epoch. */
  long takenOver(long image, OwnershipState changed, int newTimeline) {
    long taken = state.in(image, changed.ordinal());
    return timeline.in(epoch.in(taken, epoch.of(image) + 1), newTimeline);
  }

  SchemaEntry entry(long image) {
    return new SchemaEntry(
        schema,
        owner,
        epoch.of(image),
        state(image),
        PLACES[place.of(image)],
        timeline.of(image),
        failover.isSet(image) ? FAILOVER : null);
  }

  long with(long image, SchemaEntry entry) {
    long changed = state.in(image, entry.state().ordinal());
    changed = epoch.in(changed, (int) entry.epoch());
    changed = place.in(changed, entry.place().equals(PLACES[0]) ? 0 : 1);
    changed = timeline.in(changed, entry.timeline());
    return failover.in(changed, entry.failoverId() == null ? 0 : 1);
  }
}
