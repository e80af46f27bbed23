package dev.bbm.starter.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.starter.failover.FailoverMarkdown;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a failover's report is kept, for people and for machines. */
final class ReportFile {

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the report to FILE.md and FILE.json.")
  private @Nullable Path file;

  /** Before anything is done; throws INVALID_OPTION. */
  void requireWritable() {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw ApplicationException.of(
          ErrorCode.INVALID_OPTION,
          "--report %s: its folder cannot be written to".formatted(file),
          "name a file in a folder that is there");
    }
  }

  /** Says on {@code err} what could not be written: the failover itself is done. */
  void write(FailoverReport report, PrintWriter err) {
    if (file == null) {
      return;
    }
    String stem = file.toString().replaceFirst("\\.(md|json)$", "");
    try {
      Files.writeString(Path.of(stem + ".md"), FailoverMarkdown.of(report), UTF_8);
      Files.write(Path.of(stem + ".json"), List.of(Json.write(report)), UTF_8);
    } catch (IOException failed) {
      err.println(
          "warning: the report was not written: %s; ./bbm failover status %s --output markdown"
              .formatted(failed.getMessage(), report.scope().toDatabase()));
      err.flush();
    }
  }
}
