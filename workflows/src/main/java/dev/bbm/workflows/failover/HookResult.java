package dev.bbm.workflows.failover;

import java.time.Duration;

/**
 * How a hook ended; in the journal as well.
 *
 * @param undo whether it was its undo command
 * @param exitCode 0 where none is configured
 * @param output the end of what it printed, at most 1,000 characters; {@code not configured} where
 *     there is none
 */
public record HookResult(Hook hook, boolean undo, int exitCode, Duration took, String output) {}
