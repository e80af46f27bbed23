package dev.bbm.starter.embedded;

import io.temporal.common.SearchAttributeKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command line of {@code temporal server start-dev}. */
record DevServerCommand(Path program, TemporalOptions options) {

  /** With a home of its own, so that no configuration of the user's temporal command is read. */
  WatchedProcess.Command on(DevServerPorts ports) {
    var folder = options.folder();
    return new WatchedProcess.Command(
        words(ports),
        folder,
        folder.resolve("temporal.log"),
        lastSignal(options),
        options.throwaway() ? folder : null,
        Map.of("HOME", folder.toString(), "USER", "bbm", "TEMPORAL_CONFIG_FILE", ""));
  }

  /** An orderly end takes the dev server three seconds, which only a kept file is worth. */
  static ServerSignal lastSignal(TemporalOptions options) {
    return options.keepsWorkflows() ? ServerSignal.TERM : ServerSignal.KILL;
  }

  private List<String> words(DevServerPorts ports) {
    var words = new ArrayList<>(List.of(program.toString(), "server", "start-dev"));
    words.addAll(List.of("--ip", LoopbackPort.HOST, "--ui-ip", LoopbackPort.HOST));
    words.addAll(List.of("--port", Integer.toString(ports.grpc().number())));
    words.addAll(List.of("--ui-port", Integer.toString(ports.webUi().number())));
    words.addAll(List.of("--log-level", "warn"));
    if (options.keepsWorkflows()) {
      words.addAll(List.of("--db-filename", options.folder().resolve("temporal.db").toString()));
    }
    for (SearchAttributeKey<?> key : options.searchAttributes()) {
      words.addAll(List.of("--search-attribute", key.getName() + "=" + typeOf(key)));
    }
    options
        .dynamicConfig()
        .forEach(
            (name, json) -> words.addAll(List.of("--dynamic-config-value", name + "=" + json)));
    return words;
  }

  /** INDEXED_VALUE_TYPE_KEYWORD_LIST is KeywordList on the command line. */
  private static String typeOf(SearchAttributeKey<?> key) {
    var name = new StringBuilder();
    for (String word : key.getValueType().name().replace("INDEXED_VALUE_TYPE_", "").split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
