package dev.bbm.workflows.job;

import java.util.Arrays;
import java.util.Locale;

/** Where a job stands, by GitLab's smallints. */
public enum JobStatus {
  PENDING(0),
  RUNNING(1),
  FAILED(2),
  SUCCEEDED(3);

  private final int code;

  JobStatus(int code) {
    this.code = code;
  }

  /** The status of a stored number; throws IllegalArgumentException for one that is no status. */
  public static JobStatus of(int code) {
    return Arrays.stream(values())
        .filter(status -> status.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no job status: " + code));
  }

  /** The stored number. */
  public int code() {
    return code;
  }

  /** The word that people see. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
