package dev.bbm.activities.failover;

import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.HookResult;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the application's own command at a step, with its time limit and the end of its output. */
final class HookRun {

  private static final int SHOWN = 1_000;

  private final FailoverScope scope;
  private final Map<Hook, HookCommand> hooks;

  HookRun(FailoverScope scope, Map<Hook, HookCommand> hooks) {
    this.scope = scope;
    this.hooks = hooks;
  }

  /** Throws HOOK_FAILED when it fails or is not over in time. */
  HookResult run(Hook hook, boolean undo) {
    HookCommand configured = hooks.get(hook);
    List<String> command = commandOf(configured, undo);
    if (configured == null || command == null) {
      return new HookResult(hook, undo, 0, Duration.ZERO, "not configured");
    }
    long began = System.nanoTime();
    try {
      Path output = Files.createTempFile("bbm-hook", ".log");
      try {
        int code = run(command, configured.timeout(), output);
        var took = Duration.ofNanos(System.nanoTime() - began);
        var result = new HookResult(hook, undo, code, took, endOf(output));
        if (code != 0) {
          throw failed(result, command);
        }
        return result;
      } finally {
        Files.delete(output);
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw ApplicationException.of(
          ErrorCode.HOOK_FAILED, "%s was interrupted".formatted(hook.key()));
    }
  }

  private static @Nullable List<String> commandOf(@Nullable HookCommand hook, boolean undo) {
    if (hook == null) {
      return null;
    }
    return undo ? hook.undo() : hook.command();
  }

  private int run(List<String> command, Duration timeout, Path output)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("BBM_FAILOVER_ID", scope.id());
    builder.environment().put("BBM_FROM_DATABASE", scope.fromDatabase());
    builder.environment().put("BBM_TO_DATABASE", scope.toDatabase());
    builder.environment().put("BBM_COPY_URL", scope.copyUrl());
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw ApplicationException.of(
          ErrorCode.HOOK_FAILED,
          "%s was not over within %d s".formatted(String.join(" ", command), timeout.toSeconds()));
    }
    return process.exitValue();
  }

  private static String endOf(Path output) throws IOException {
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    return text.substring(Math.max(0, text.length() - SHOWN));
  }

  private static ApplicationException failed(HookResult result, List<String> command) {
    return ApplicationException.of(
        ErrorCode.HOOK_FAILED,
        "%s ended with exit code %d: %s"
            .formatted(String.join(" ", command), result.exitCode(), result.output()));
  }
}
