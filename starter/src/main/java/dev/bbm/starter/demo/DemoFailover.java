package dev.bbm.starter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.starter.embedded.BbmProcess;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The failover as an operator types it. What it prints is shown as it comes, but for the plan: that
 * is shown only when the failover does not succeed.
 */
record DemoFailover(Path project, Path folder, PrintWriter out) {

  private static final String HEADING = "Failover of ";

  /** Returns its report as markdown, and throws unless everything has moved. */
  String run() throws IOException, InterruptedException {
    out.println("./bbm failover start ci --yes");
    out.flush();
    Path report = folder.resolve("failover.md");
    var words =
        List.of(
            "failover",
            "start",
            "ci",
            "--yes",
            "--report",
            report.toAbsolutePath().toString(),
            "--config",
            folder.resolve("bbm.yml").toAbsolutePath().toString());
    try (var failover = BbmProcess.start(project, Redirect.PIPE, words);
        var lines = failover.process().inputReader(UTF_8)) {
      var plan = new ArrayList<String>();
      int headings = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        headings += line.startsWith(HEADING) ? 1 : 0;
        if (headings > 1) {
          show(line);
        } else {
          plan.add(line);
        }
      }
      int status = failover.process().waitFor();
      if (status != 0) {
        plan.forEach(this::show);
        throw ApplicationException.of(
            ErrorCode.MIGRATION_FAILED,
            "the failover ended with exit code %d".formatted(status),
            "./bbm failover status");
      }
      return Files.readString(report, UTF_8);
    }
  }

  private void show(String line) {
    out.println("  " + line);
    out.flush();
  }
}
