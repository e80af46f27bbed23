package dev.bbm.activities.job;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;

/** The one place where a job class is refused. */
final class JobClassRefusal {

  private JobClassRefusal() {}

  /** One sentence about one file or class. */
  static ApplicationException of(String source, String sentence) {
    return ApplicationException.of(ErrorCode.INVALID_JOB_CLASS, source + ": " + sentence);
  }

  /** Every problem that loading met, one per line. */
  static ApplicationException ofAll(List<String> problems) {
    return ApplicationException.of(
        ErrorCode.INVALID_JOB_CLASS, String.join(System.lineSeparator(), problems));
  }
}
