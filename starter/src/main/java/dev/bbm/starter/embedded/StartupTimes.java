package dev.bbm.starter.embedded;

import java.time.Duration;

/** How long the embedded servers took to start, side by side. */
public record StartupTimes(Duration postgres, Duration temporal) {}
