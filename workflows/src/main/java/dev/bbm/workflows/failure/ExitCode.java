package dev.bbm.workflows.failure;

/** The exit codes of every {@code bbm} command (sysexits.h where it has one). */
public enum ExitCode {
  DONE(0, "done, or it was done already"),
  FAILED(1, "the work failed"),
  USAGE(2, "wrong usage or input; it changed nothing"),
  REFUSED(3, "refused; what was refused changed nothing"),
  UNAVAILABLE(69, "a database or Temporal does not answer"),
  BUG(70, "a bug in bbm"),
  NOT_FINISHED(75, "not finished in time; try again"),
  INTERRUPTED(130, "interrupted");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The number that the process ends with. */
  public int code() {
    return code;
  }

  /** One phrase for {@code --help} and docs/cli.md. */
  public String meaning() {
    return meaning;
  }
}
