package dev.bbm.workflows.migration;

import java.util.Arrays;
import java.util.Locale;

/** Where a migration stands; stored as GitLab's smallints, bbm's own from 7 on. */
public enum MigrationStatus {
  PAUSED(0),
  ACTIVE(1),
  FINISHED(3),
  FAILED(4),
  FINALIZING(5),
  FINALIZED(6),
  TRANSFERRED(7),
  QUARANTINED(8),
  STALE(9);

  private final int code;

  MigrationStatus(int code) {
    this.code = code;
  }

  /** The status of a stored number; throws IllegalArgumentException for one that is no status. */
  public static MigrationStatus of(int code) {
    return Arrays.stream(values())
        .filter(status -> status.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no migration status: " + code));
  }

  /** The stored number. */
  public int code() {
    return code;
  }

  /** The word that people see: {@code paused}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether jobs may run. */
  public boolean runs() {
    return this == ACTIVE || this == FINALIZING;
  }

  /**
   * Whether its workflow ends. A copy of the row that a failover set aside ends nothing: the
   * workflow goes on once it reads the row of the owner.
   */
  public boolean endsWorkflow() {
    return switch (this) {
      case FINISHED, FAILED, FINALIZED -> true;
      case PAUSED, ACTIVE, FINALIZING, TRANSFERRED, QUARANTINED, STALE -> false;
    };
  }

  /** Whether nothing more will happen to this row. */
  public boolean isEnd() {
    return switch (this) {
      case PAUSED, ACTIVE, FINALIZING -> false;
      case FINISHED, FAILED, FINALIZED, TRANSFERRED, QUARANTINED, STALE -> true;
    };
  }
}
