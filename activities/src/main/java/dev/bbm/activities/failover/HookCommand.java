package dev.bbm.activities.failover;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configured hook.
 *
 * @param command program and arguments
 * @param undo what takes it back; null where nothing does
 */
public record HookCommand(List<String> command, @Nullable List<String> undo, Duration timeout) {

  public HookCommand {
    command = List.copyOf(command);
    undo = undo == null ? null : List.copyOf(undo);
  }
}
