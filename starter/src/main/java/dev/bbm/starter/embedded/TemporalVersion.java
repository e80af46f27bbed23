package dev.bbm.starter.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The version of a {@code temporal} program. */
record TemporalVersion(int major, int minor) {

  /** The oldest that was run with this project: its server knows updates and current details. */
  static final TemporalVersion OLDEST = new TemporalVersion(1, 5);

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Pattern WORDS = Pattern.compile("temporal version v?(\\d+)\\.(\\d+)\\.");

  /** Asks the program itself; empty when it is no {@code temporal} program that runs here. */
  static Optional<TemporalVersion> of(Path program) {
    var output = CommandOutput.of(List.of(program.toString(), "--version"), LIMIT);
    var matcher = WORDS.matcher(output.text());
    return output.succeeded() && matcher.find()
        ? Optional.of(
            new TemporalVersion(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  boolean isEnough() {
    return major > OLDEST.major || (major == OLDEST.major && minor >= OLDEST.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
