package dev.bbm.starter.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the application's own tooling does at a step of a failover.
 *
 * @param command for {@code /bin/sh -c}
 * @param undo the same on the way back; null for none
 * @param timeout after which it counts as failed, and is killed
 */
public record HookSettings(String command, @Nullable String undo, Duration timeout) {}
