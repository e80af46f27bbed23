package dev.bbm.starter.command;

import dev.bbm.starter.topology.ConfigurationReport;
import dev.bbm.starter.topology.Finding;
import dev.bbm.starter.topology.FoundDatabase;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the configuration with the databases. */
@Prototype
@Command(
    name = "validate-config",
    description = "Check which names share one physical database, and who does its tasks.",
    footer = {
      "",
      "Asks the databases, not the urls. migrate runs the same check first.",
      "BBM_VALIDATE_DATABASE_CONFIG=0 has the effect of --warn-only."
    },
    exitCodeList = {
      "0:the configuration fits, or could not be checked where a warning says so",
      "2:it contradicts the databases"
    })
final class ValidateConfigCommand implements Callable<Integer> {

  @Option(names = "--warn-only", description = "Print errors as warnings, and exit with 0.")
  private boolean warnOnly;

  @Mixin private OutputOptions output;

  private final ConfigurationGuard guard;

  ValidateConfigCommand(ConfigurationGuard guard) {
    this.guard = guard;
  }

  /** One answering database, as machines read it; {@code place} is null before init. */
  private record Place(
      String database,
      boolean databaseTasks,
      String sameAs,
      boolean readOnly,
      @Nullable String place) {

    static Place of(FoundDatabase it) {
      return new Place(
          it.name(),
          it.databaseTasks(),
          it.sameAs(),
          it.readOnly(),
          it.written() == null ? null : it.written().place());
    }
  }

  private record Validation(List<Place> databases, List<Finding> errors, List<Finding> warnings) {}

  @Override
  public Integer call() {
    ConfigurationReport report = guard.look();
    List<Place> places = report.databases().stream().map(Place::of).toList();
    output.print(new Validation(places, report.errors(), report.warnings()), () -> table(places));
    guard.judge(report, warnOnly, output.err());
    return ExitCode.DONE.code();
  }

  private static String table(List<Place> places) {
    if (places.isEmpty()) {
      return "no database answers";
    }
    var table =
        new TextTable()
            .left("DATABASE")
            .left("TASKS")
            .left("SAME DATABASE AS")
            .left("WRITES")
            .left("PLACE");
    places.forEach(it ->
        table.row(
            it.database(),
            it.databaseTasks() ? "yes" : "no",
            it.sameAs().equals(it.database()) ? "" : it.sameAs(),
            it.readOnly() ? "no" : "yes",
            it.place() == null ? "not installed" : it.place()));
    return table.toString();
  }
}
