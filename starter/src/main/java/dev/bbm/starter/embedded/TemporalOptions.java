package dev.bbm.starter.embedded;

import io.temporal.common.SearchAttributeKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How an embedded Temporal server is set up.
 *
 * @param folder holds the server's log, and its workflows if they are kept
 * @param throwaway whether the folder is deleted when the server is closed or its JVM dies
 * @param keepsWorkflows whether workflows survive a restart of the server, by a file in the folder
 * @param searchAttributes registered at the start
 * @param dynamicConfig settings of the server, with JSON values
 */
public record TemporalOptions(
    Path folder,
    boolean throwaway,
    boolean keepsWorkflows,
    List<SearchAttributeKey<?>> searchAttributes,
    Map<String, String> dynamicConfig) {

  /** No call home; and a worker that leaves is not handed the retry of its own activity. */
  private static final Map<String, String> DYNAMIC_CONFIG =
      Map.of(
          "frontend.enableServerVersionCheck", "false",
          "frontend.enableCancelWorkerPollsOnShutdown", "true");

  /** Makes the folder absolute. */
  public TemporalOptions {
    folder = folder.toAbsolutePath();
    searchAttributes = List.copyOf(searchAttributes);
    dynamicConfig = Map.copyOf(dynamicConfig);
  }

  /** A server for a demo or a test, with its workflows in memory. */
  public static TemporalOptions throwaway(Path folder) {
    return new TemporalOptions(folder, true, false, List.of(), DYNAMIC_CONFIG);
  }

  /** A server whose workflows survive restarts. */
  public static TemporalOptions persistent(Path folder) {
    return new TemporalOptions(folder, false, true, List.of(), DYNAMIC_CONFIG);
  }

  /** The same, with workflows that survive restarts of the server or that do not. */
  public TemporalOptions keepingWorkflows(boolean kept) {
    return new TemporalOptions(folder, throwaway, kept, searchAttributes, dynamicConfig);
  }

  /** The same with other search attributes. */
  public TemporalOptions withSearchAttributes(List<SearchAttributeKey<?>> keys) {
    return new TemporalOptions(folder, throwaway, keepsWorkflows, keys, dynamicConfig);
  }

  /** The same with other server settings. */
  public TemporalOptions withDynamicConfig(Map<String, String> others) {
    return new TemporalOptions(folder, throwaway, keepsWorkflows, searchAttributes, others);
  }
}
