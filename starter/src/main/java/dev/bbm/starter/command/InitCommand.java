package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.SchemaStub;
import dev.bbm.starter.config.Registration;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at the databases, writes bbm.yml and a dictionary, and installs schema bbm. */
@Prototype
@Command(
    name = "init",
    description =
        "Write bbm.yml and a dictionary, install or upgrade schema bbm, load job classes.",
    footer = {
      "",
      "Files that exist are kept. Run it again after a change of bbm.yml, the dictionary or a job class."
    },
    exitCodeList = {
      "0:installed, or everything was up to date",
      "2:wrong configuration, dictionary or job class",
      "3:refused: a standby, a missing privilege, or not confirmed",
      "69:a database does not answer"
    })
final class InitCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--yes", description = "Do not ask before schema bbm is created or upgraded.")
  private boolean yes;

  @Option(names = "--print-sql", description = "Print the SQL that would run, and do nothing.")
  private boolean printSql;

  @Option(
      names = "--stub",
      description = "For test databases: only the functions that hooks call, which do nothing.")
  private boolean stub;

  private final Databases databases;
  private final ConfigurationGuard guard;
  private final Confirmation confirmation;

  InitCommand(Databases databases, ConfigurationGuard guard, Confirmation confirmation) {
    this.databases = databases;
    this.guard = guard;
    this.confirmation = confirmation;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = databases.settings();
    if (stub) {
      return createStubs(settings);
    }
    List<Survey> surveys =
        settings.databases().stream()
            .map(it -> Survey.of(databases.openForMigrations(it.name())))
            .toList();
    surveys.forEach(it -> out().println((printSql ? "-- " : "") + it.line()));
    out().flush();
    surveys.forEach(Survey::requireInstallable);
    guard.requireNoErrors();
    if (printSql) {
      surveys.stream().flatMap(it -> it.sql().stream()).forEach(out()::println);
    } else {
      install(settings, surveys);
    }
    out().flush();
    return ExitCode.DONE.code();
  }

  private int createStubs(Settings settings) {
    if (printSql) {
      out().print(SchemaStub.sql());
    } else {
      for (DatabaseSettings place : settings.places()) {
        boolean created = SchemaStub.create(databases.openForMigrations(place.name()));
        out()
            .printf(
                "%s: %s%n",
                place.name(), created ? "stub of schema bbm created" : "the stub is there already");
      }
    }
    out().flush();
    return ExitCode.DONE.code();
  }

  private void install(Settings settings, List<Survey> surveys) throws IOException {
    new FirstFiles(settings, surveys).write().ifPresent(out()::println);
    var installation = new Installation(settings, Registration.read(settings));
    installation.remarks(surveys).forEach(out()::println);
    for (Survey survey : surveys) {
      if (!yes && !survey.pending().isEmpty()) {
        confirmation.require(survey.question() + " (SQL: --print-sql)", "./bbm init --yes", out());
      }
    }
    surveys.forEach(it -> out().println(installation.into(it)));
    out().println("Next: ./bbm worker");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
