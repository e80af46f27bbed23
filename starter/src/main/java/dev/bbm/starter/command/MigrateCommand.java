package dev.bbm.starter.command;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.migration.BoundJobs;
import dev.bbm.activities.migration.InlineFinalization;
import dev.bbm.activities.ownership.ConnectedOwners;
import dev.bbm.activities.postdeploy.DeployEvent;
import dev.bbm.activities.postdeploy.Deployment;
import dev.bbm.activities.postdeploy.FileState;
import dev.bbm.activities.postdeploy.MigrationFiles;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Pooler;
import dev.bbm.starter.config.Registration;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the files of db/migrate and db/post_migrate, each once per database. */
@Prototype
@Command(
    name = "migrate",
    description = "Run db/migrate, and with --post-deploy db/post_migrate, in every database.",
    footer = {
      "",
      "A file restricted to a gitlab_schema runs where that lives, and is marked as run elsewhere.",
      "New tables are locked for writes where they do not live.",
      "A file that fails or is refused is rolled back and not recorded; with disable_ddl_transaction",
      "the statements before the failed one stay. Files before it in the same run stay done, and are told.",
      "Headers, rules and examples: docs/post-deploy.md."
    },
    exitCodeList = {
      "0:every file is done, or was done already",
      "1:a statement failed, or a batched migration that must be finished is not",
      "2:wrong configuration, file name or header: no file ran; or a file queues what does not exist",
      "3:refused: an edited file or schema bbm missing: no file ran; structure and data mixed, a table of another schema",
      "69:a database does not answer",
      "75:a lock was not granted in time; run it again"
    })
final class MigrateCommand implements Callable<Integer> {

  /** A batched migration has at most 32 lanes; Flyway has a connection of its own. */
  private static final int CONNECTIONS = 34;

  /** What to do instead of running what is pending. */
  static final class Instead {
    @Option(names = "--status", description = "Show where each file stands, and change nothing.")
    private boolean status;

    @Option(
        names = "--run-skipped",
        paramLabel = "VERSION",
        description = "Run a file that was skipped, where its gitlab_schema lives now.")
    private @Nullable String version;
  }

  @Option(names = "--post-deploy", description = "Run db/post_migrate too.")
  private boolean postDeploy;

  @ArgGroup(exclusive = true)
  private Instead chosen = new Instead();

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final ConfigurationGuard guard;
  private final NewTables newTables;
  private final InstantSource clock;
  private final List<DeployEvent> events = new ArrayList<>();

  MigrateCommand(
      Databases databases, ConfigurationGuard guard, NewTables newTables, InstantSource clock) {
    this.databases = databases;
    this.guard = guard;
    this.newTables = newTables;
    this.clock = clock;
  }

  private record Deployed(List<DeployEvent> events) {}

  private record States(List<FileState> files) {}

  @Override
  public Integer call() {
    Settings settings = databases.settings();
    Registration registration = Registration.read(settings);
    MigrationFiles files = MigrationFiles.read(settings.migrations());
    settings.places().forEach(MigrateCommand::requireSessions);
    settings.databases().forEach(it -> databases.requireUpToDate(it.name()));
    guard.require(false, output.err());
    var opened = new ArrayList<Database>();
    try {
      settings.places().stream()
          .map(it -> it.withMaxConnections(CONNECTIONS))
          .map(it -> OpenDatabase.of(it, "bbm/migrate", List.of()))
          .forEach(opened::add);
      BoundJobs jobs = jobs(settings, registration);
      List<Deployment> places =
          opened.stream().map(it -> deployment(it, settings, registration, jobs, files)).toList();
      if (chosen.status) {
        showStates(places);
      } else {
        settings.databases().forEach(it -> registration.writeTo(databases.open(it.name())));
        telling(places, chosen.version == null ? this::runPending : this::runSkipped);
      }
    } finally {
      opened.forEach(Database::close);
    }
    return ExitCode.DONE.code();
  }

  /** Flyway's lock and the search path are a session's. */
  private static void requireSessions(DatabaseSettings database) {
    if (database.forMigrations().address().pooler() == Pooler.TRANSACTION) {
      throw ApplicationException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "database \"%s\" is reached through a pooler in transaction mode, which migrate cannot use"
              .formatted(database.name()),
          "set databases.%s.migration_url to an address past the pooler"
              .formatted(database.name()));
    }
  }

  private Deployment deployment(
      Database database,
      Settings settings,
      Registration registration,
      BoundJobs jobs,
      MigrationFiles files) {
    String name = "migrate-%d-%.8s".formatted(ProcessHandle.current().pid(), UUID.randomUUID());
    return new Deployment(
        database,
        files,
        registration.gitlabSchemas(settings),
        new InlineFinalization(database, jobs, name, clock),
        this::tell);
  }

  private BoundJobs jobs(Settings settings, Registration registration) {
    List<Database> connected =
        settings.databases().stream().map(it -> databases.open(it.name())).toList();
    return new BoundJobs(registration.jobClasses()).withOwners(new ConnectedOwners(connected));
  }

  /** What was done is told even if what follows fails. */
  private void telling(List<Deployment> places, Consumer<List<Deployment>> work) {
    NewTables.Before before = newTables.look(output.err());
    boolean ended = false;
    try {
      work.accept(places);
      ended = true;
    } finally {
      if (!ended) {
        DeployText.left(events).ifPresent(this::say);
      }
      before.lockNew(this::say, output.err());
      if (output.isJson()) {
        output.print(new Deployed(events), () -> "");
      }
    }
  }

  /** Lanes that are finalized side by side tell, too. */
  private synchronized void tell(DeployEvent event) {
    events.add(event);
    say(DeployText.of(event));
  }

  private void say(String line) {
    if (!output.isJson()) {
      output.out().println(line);
      output.out().flush();
    }
  }

  /** Everything is looked at before anything runs. */
  private void runPending(List<Deployment> places) {
    places.forEach(it -> it.check(postDeploy));
    for (Deployment place : places) {
      if (place.run(postDeploy) == 0) {
        say(place.name() + ": up to date");
      }
      long waiting = place.states().stream().filter(DeployText::isPending).count();
      if (waiting > 0) {
        say(DeployText.waiting(place.name(), waiting));
      }
    }
  }

  private void runSkipped(List<Deployment> places) {
    String version = String.valueOf(chosen.version);
    List<Deployment> able = places.stream().filter(it -> it.canRunSkipped(version)).toList();
    if (able.isEmpty()) {
      throw nothingToRun(places, version);
    }
    able.forEach(it -> it.runSkipped(version));
  }

  private static ApplicationException nothingToRun(List<Deployment> places, String version) {
    boolean skipped = places.stream().anyMatch(it -> it.isSkipped(version));
    return skipped
        ? ApplicationException.of(
            ErrorCode.SCHEMA_NOT_ALLOWED,
            "version %s was skipped, and its gitlab_schema still does not live there"
                .formatted(version),
            "./bbm db ownership")
        : ApplicationException.of(
            ErrorCode.INVALID_OPTION,
            "no database has skipped version \"%s\"".formatted(version),
            "./bbm migrate --status");
  }

  private void showStates(List<Deployment> places) {
    List<FileState> states = places.stream().flatMap(it -> it.states().stream()).toList();
    output.print(new States(states), () -> DeployText.of(states));
  }
}
