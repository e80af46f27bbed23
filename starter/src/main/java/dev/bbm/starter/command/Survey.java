package dev.bbm.starter.command;

import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.activities.topology.SchemaInstaller;
import dev.bbm.activities.topology.ServerProbe;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@code init} found in one database before it changes anything.
 *
 * @param tables ordinary ones outside system schemas and schema bbm
 * @param timelineReadable whether the role may ask for the WAL file, which names the timeline
 * @param pending files of schema bbm that are not applied yet
 */
record Survey(
    Database database,
    ServerProbe probe,
    List<String> tables,
    boolean timelineReadable,
    boolean installed,
    List<String> pending) {

  /** The first with everything that schema bbm uses (string_to_table). */
  private static final int OLDEST_MAJOR = 14;

  static Survey of(Database database) {
    var transactions = database.transactions();
    ServerProbe probe = transactions.reading(s -> s.getMapper(InstallMapper.class).probe());
    return new Survey(
        database,
        probe,
        transactions.reading(s -> s.getMapper(InstallMapper.class).listTables()),
        !probe.standby() && mayReadTimeline(database),
        transactions.reading(s -> s.getMapper(InstallMapper.class).isInstalled()),
        SchemaInstaller.pending(database));
  }

  private static boolean mayReadTimeline(Database database) {
    try {
      database.transactions().reading(s -> s.getMapper(InstallMapper.class).loadWalFile());
      return true;
    } catch (ApplicationException refused) {
      if (refused.code() == ErrorCode.PERMISSION_DENIED) {
        return false;
      }
      throw refused;
    }
  }

  /** {@code main: PostgreSQL 16, primary, 214 tables, timeline readable}. */
  String line() {
    return "%s: PostgreSQL %s, %s, %d tables, timeline %s"
        .formatted(
            database.name(),
            probe.version().split("[ .]")[0],
            probe.standby() ? "standby" : "primary",
            tables.size(),
            timeline());
  }

  private String timeline() {
    if (!database.settings().timelineCheck()) {
      return "not checked";
    }
    return timelineReadable ? "readable" : "not readable";
  }

  /** Throws unless schema bbm can be installed here. */
  void requireInstallable() {
    String name = database.name();
    if (probe.versionNumber() < OLDEST_MAJOR * 10_000) {
      throw ApplicationException.of(
          ErrorCode.UNSUPPORTED_SERVER,
          "database \"%s\" runs on PostgreSQL %s".formatted(name, probe.version()),
          "use PostgreSQL %d or newer".formatted(OLDEST_MAJOR));
    }
    if (probe.standby()) {
      throw standby(name);
    }
    if (!installed && !probe.mayCreateSchema()) {
      throw ApplicationException.of(
          ErrorCode.PERMISSION_DENIED,
          "role \"%s\" may not create a schema in database \"%s\""
              .formatted(probe.role(), probe.databaseName()),
          "GRANT CREATE ON DATABASE \"%s\" TO \"%s\""
              .formatted(probe.databaseName(), probe.role()));
    }
    if (database.settings().timelineCheck() && !timelineReadable) {
      throw ApplicationException.of(
          ErrorCode.PERMISSION_DENIED,
          "role \"%s\" may not read the timeline of database \"%s\"".formatted(probe.role(), name),
          "GRANT EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) TO it, or set databases.%s.timeline_check: false"
              .formatted(name));
    }
  }

  /** Throws unless schema bbm is in a writable database, as this program knows it. */
  static void requireUpToDate(Database database) {
    var transactions = database.transactions();
    if (transactions.reading(s -> s.getMapper(InstallMapper.class).probe()).standby()) {
      throw standby(database.name());
    }
    boolean installed = transactions.reading(s -> s.getMapper(InstallMapper.class).isInstalled());
    if (!installed || !SchemaInstaller.pending(database).isEmpty()) {
      throw ApplicationException.of(
          ErrorCode.NOT_INSTALLED,
          "schema bbm %s in database \"%s\""
              .formatted(installed ? "is of an older bbm" : "is not installed", database.name()),
          "./bbm init");
    }
  }

  static ApplicationException standby(String database) {
    return ApplicationException.of(
        ErrorCode.UNSUPPORTED_SERVER,
        "database \"%s\" is a standby, which cannot be written".formatted(database),
        "give the primary's address in bbm.yml or BBM_%s_URL"
            .formatted(database.toUpperCase(Locale.ROOT)));
  }

  String question() {
    return "%s schema bbm in %s as role %s?"
        .formatted(installed ? "Upgrade" : "Create", database.name(), probe.role());
  }

  /** Everything that would run, in order. */
  List<String> sql() {
    if (pending.isEmpty()) {
      return List.of("-- %s: schema bbm is up to date".formatted(database.name()));
    }
    return Stream.concat(
            Stream.of(
                "-- %s: as role %s; each file is a transaction, recorded in bbm.schema_history"
                    .formatted(database.name(), probe.role()),
                "CREATE SCHEMA IF NOT EXISTS bbm;"),
            pending.stream()
                .map(file -> "\n-- %s\n%s".formatted(file, SchemaInstaller.sqlOf(file).strip())))
        .toList();
  }
}
