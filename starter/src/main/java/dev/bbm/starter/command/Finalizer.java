package dev.bbm.starter.command;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.migration.BoundJobs;
import dev.bbm.activities.migration.InlineFinalization;
import dev.bbm.activities.migration.OperatorMapper;
import dev.bbm.activities.ownership.ConnectedOwners;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.config.Registration;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.migration.MigrationView;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** Runs what is left of a migration in this process, and marks it finalized. */
@Singleton
final class Finalizer {

  /** A migration has at most 32 lanes; one connection more looks at it. */
  private static final int CONNECTIONS = 33;

  private final Databases databases;
  private final Surroundings surroundings;
  private final InstantSource clock;

  Finalizer(Databases databases, Surroundings surroundings, InstantSource clock) {
    this.databases = databases;
    this.surroundings = surroundings;
    this.clock = clock;
  }

  /** Whether it was not finalized before; tells how far it is unless machines read. */
  boolean run(MigrationId migration, OutputOptions output) {
    Settings settings = databases.settings();
    Registration registration = Registration.read(settings);
    try (Database opened =
        OpenDatabase.of(
            settings.database(migration.database()).withMaxConnections(CONNECTIONS),
            "bbm/finalize",
            List.of())) {
      inline(opened, settings, registration)
          .run(
              migration.number(),
              view -> say(progress(view), output),
              other ->
                  say(
                      "%s: waits for %s, which finalizes it; if it died, for 90 s at most"
                          .formatted(migration, other),
                      output));
    }
    return databases.change(
        migration.database(),
        session ->
            session
                .getMapper(OperatorMapper.class)
                .finalizeMigration(migration.number(), surroundings.user()));
  }

  private InlineFinalization inline(Database opened, Settings settings, Registration registration) {
    List<Database> connected =
        settings.databases().stream().map(it -> databases.open(it.name())).toList();
    return new InlineFinalization(
        opened,
        new BoundJobs(registration.jobClasses()).withOwners(new ConnectedOwners(connected)),
        "finalize-%d-%.8s".formatted(ProcessHandle.current().pid(), UUID.randomUUID()),
        clock);
  }

  private static String progress(MigrationView view) {
    return "%s: finalizing, %s".formatted(view.id(), StatusText.progress(view));
  }

  /** Lanes tell side by side. */
  private synchronized void say(String line, OutputOptions output) {
    if (!output.isJson()) {
      output.out().println(line);
      output.out().flush();
    }
  }
}
