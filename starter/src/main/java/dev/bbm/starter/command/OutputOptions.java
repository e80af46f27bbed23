package dev.bbm.starter.command;

import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Text for people or one JSON document for machines, on standard output. */
final class OutputOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES} (default: table).")
  private OutputFormat format;

  /** Prints the document, or the text, which ends without a line break. */
  void print(Object document, Supplier<String> text) {
    out().println(isJson() ? Json.write(document) : text.get());
    out().flush();
  }

  boolean isJson() {
    return format == OutputFormat.JSON;
  }

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  PrintWriter err() {
    return command.commandLine().getErr();
  }
}
