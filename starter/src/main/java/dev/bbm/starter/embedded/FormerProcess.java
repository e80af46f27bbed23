package dev.bbm.starter.embedded;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process that an earlier run noted down in a file, if that is still the same program. */
record FormerProcess(ProcessHandle process) {

  private static final int SECONDS_TO_END = 10;

  /** The live process with this id, whatever program it runs by now. */
  static Optional<FormerProcess> alive(String pid) {
    try {
      return ProcessHandle.of(Long.parseLong(pid.strip()))
          .filter(ProcessHandle::isAlive)
          .map(FormerProcess::new);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  boolean runs(String program) {
    return process.info().command().filter(path -> path.endsWith("/" + program)).isPresent();
  }

  /** Waits for a server that its watchdog is just ending. */
  boolean awaitEnd() {
    process.onExit().completeOnTimeout(process, SECONDS_TO_END, TimeUnit.SECONDS).join();
    return !process.isAlive();
  }
}
