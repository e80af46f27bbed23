package dev.bbm.starter.command;

import dev.bbm.activities.ownership.LockOutcome;
import dev.bbm.activities.ownership.WriteLocks;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.topology.SchemaPlaces;
import dev.bbm.workflows.failure.ExitCode;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Changes the write locks of one database or of all, one after the other, and reports. */
@Singleton
final class WriteLockRun {

  /** Where, and whether at all. */
  static final class Options {

    @Option(
        names = "--database",
        paramLabel = "NAME",
        description = "Only this one (default: all).")
    private @Nullable String database;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;
  }

  /** What is done to the locks of one database. */
  interface Work {
    List<LockOutcome> on(WriteLocks locks, boolean dryRun) throws InterruptedException;
  }

  private final Databases databases;
  private final PlacedDatabases placed;
  private final Surroundings surroundings;

  WriteLockRun(Databases databases, PlacedDatabases placed, Surroundings surroundings) {
    this.databases = databases;
    this.placed = placed;
    this.surroundings = surroundings;
  }

  int apply(Options options, Work work, OutputOptions output) throws InterruptedException {
    List<String> names = placed.names(options.database);
    SchemaPlaces places = placed.look(output.err());
    var outcomes = new LinkedHashMap<String, List<LockOutcome>>();
    for (String name : names) {
      var locks =
          new WriteLocks(
              databases.openForMigrations(name), places.seenFrom(name), surroundings.user());
      outcomes.put(name, work.on(locks, options.dryRun));
    }
    var report = new LockReport(output, outcomes);
    ExitCode exitCode = report.print(options.dryRun);
    if (places.areSeveral()) {
      report.warn();
    }
    return exitCode.code();
  }
}
