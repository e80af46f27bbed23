package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.ServerView;
import dev.bbm.workflows.failover.ServerView.Journal;
import dev.bbm.workflows.failover.Verdict;
import dev.bbm.workflows.ownership.OwnershipState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All committed rows of one database as one word: ownership, journal, progress and data. A standby
 * shows an earlier image of its primary, never a mixture.
 */
final class Image {

  /** The sub-batches of the moved migration. */
  static final int SUB_BATCHES = 2;

  static final int OPEN = 1;
  static final int COMMIT = 2;
  static final int ABORT = 3;

  static final Bits JOURNAL = new Bits(30, 2);
  static final Bits BACK = new Bits(32, 1);

  /** What the rules read and write. */
  static final long OF_RULES = (1L << 33) - 1;

  /** How often each sub-batch's rows were changed. */
  private static final Bits[] COUNTERS = {new Bits(33, 2), new Bits(35, 2)};

  static final Bits CURSOR = new Bits(37, 2);
  static final Bits SHARED_COUNTER = new Bits(39, 2);
  static final Bits SHARED_CURSOR = new Bits(41, 1);

  /** A migration of the moved schema that somebody queues meanwhile. */
  static final Bits QUEUED = new Bits(42, 1);

  private Image() {}

  static long first() {
    long image = 0;
    for (Row row : Row.values()) {
      image = row.takenOver(image, OwnershipState.ACTIVE, 1);
    }
    return image;
  }

  /** As the rules see it; timeline 0 is a standby. */
  static ServerView view(long image, int timeline) {
    Journal journal =
        switch (JOURNAL.of(image)) {
          case OPEN -> new Journal(null, BACK.isSet(image));
          case COMMIT -> new Journal(Decision.COMMIT, BACK.isSet(image));
          case ABORT -> new Journal(Decision.ABORT, BACK.isSet(image));
          default -> null;
        };
    return new ServerView(
        timeline == 0,
        timeline,
        journal,
        Arrays.stream(Row.values()).map(row -> row.entry(image)).toList());
  }

  static long written(long image, Verdict.Write write) {
    long changed = image;
    for (SchemaEntry entry : write.rows()) {
      changed = Row.named(entry.gitlabSchema()).with(changed, entry);
    }
    changed = decided(changed, write.decision());
    return write.rolledBack() ? BACK.in(changed, 1) : changed;
  }

  private static long decided(long image, @Nullable Decision decision) {
    return switch (decision) {
      case COMMIT -> JOURNAL.in(image, COMMIT);
      case ABORT -> JOURNAL.in(image, ABORT);
      case null -> image;
    };
  }

  static int counter(long image, int subBatch) {
    return COUNTERS[subBatch].of(image);
  }

  /** Changes the rows of a sub-batch; twice is enough to be wrong. */
  static long changedRows(long image, int subBatch) {
    return COUNTERS[subBatch].in(image, Math.min(2, counter(image, subBatch) + 1));
  }

  static String text(long image) {
    return "%s cursor %d rows %d%d, staying %s, shared %s %d, journal %s%s%s"
        .formatted(
            text(Row.MOVED, image),
            CURSOR.of(image),
            counter(image, 0),
            counter(image, 1),
            text(Row.STAYING, image),
            text(Row.SHARED, image),
            SHARED_COUNTER.of(image),
            new String[] {"-", "open", "COMMIT", "ABORT"}[JOURNAL.of(image)],
            BACK.isSet(image) ? " rolled back" : "",
            QUEUED.isSet(image) ? ", queued" : "");
  }

  private static String text(Row row, long image) {
    return "%s e%d@t%d".formatted(row.state(image), row.epoch(image), row.timeline(image));
  }
}
