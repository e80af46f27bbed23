package dev.bbm.starter.embedded;

import java.nio.file.Path;

/** One place where the {@code temporal} program may come from. */
interface TemporalSource {

  /** What a source had. */
  sealed interface Attempt {

    /** A program that runs here. */
    record Found(Path program) implements Attempt {}

    /**
     * No program.
     *
     * @param why names the source and what was wrong, for the notice about the missing Web UI
     */
    record Missing(String why) implements Attempt {}
  }

  Attempt attempt();
}
