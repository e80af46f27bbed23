package dev.bbm.starter.command;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failover.JournalMapper;
import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.MigrationView;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;

/** The configured databases of one command, each opened when it is first asked. */
@Singleton
final class Databases implements AutoCloseable {

  /** invalid_schema_name, undefined_table, undefined_function (PostgreSQL, Appendix A). */
  private static final Set<String> STATES_OF_ABSENCE = Set.of("3F000", "42P01", "42883");

  /** object_not_in_prerequisite_state (the WAL position is asked) and read_only_sql_transaction. */
  private static final Set<String> STATES_OF_STANDBYS = Set.of("55000", "25006");

  /** insufficient_privilege. */
  private static final String STATE_OF_MISSING_RIGHTS = "42501";

  private final ConfigurationLoader loader;
  private final GlobalOptions options;
  private final Map<String, Database> opened = new ConcurrentHashMap<>();
  private final EndpointsInUse endpoints = new EndpointsInUse();
  private @Nullable Settings settings;

  Databases(ConfigurationLoader loader, GlobalOptions options) {
    this.loader = loader;
    this.options = options;
  }

  /** The configuration, read at the first call. */
  Settings settings() {
    Settings loaded =
        settings == null ? loader.load(options.config(), options.environment()) : settings;
    settings = loaded;
    return loaded;
  }

  /** On the endpoint that owns it; throws COPY_TAKES_WRITES where two servers say that they do. */
  Database open(String name) {
    Database database = openAnyway(name);
    endpoints.requireOne(name);
    return database;
  }

  /** The same, for looking at what is wrong with it. */
  Database openAnyway(String name) {
    return opened.computeIfAbsent(name, _ -> endpoints.lead(opened(settings().database(name))));
  }

  /** Looks again where it is now, for a command that stays while a failover may move it. */
  void follow(String name) {
    endpoints.lead(open(name));
  }

  /** Whether it is on its way from one server to another, so that what it says is not final. */
  boolean isOnItsWay(String name) {
    return endpoints.isOnItsWay(name);
  }

  /**
   * One database per place, as {@link Settings#places}; a name without tasks as well once a
   * failover has given it a place of its own.
   */
  List<DatabaseSettings> places() {
    return settings().databases().stream().filter(it -> hasPlace(it.name())).toList();
  }

  /** Whether it gives the ids of its place. */
  boolean hasPlace(String name) {
    DatabaseSettings database = settings().database(name);
    if (database.databaseTasks() || database.endpoints().size() == 1) {
      return database.databaseTasks();
    }
    openAnyway(name);
    return endpoints.hasPlaceOfItsOwn(name);
  }

  /** By its migration_url, for DDL; the same as {@link #open} where it has none. */
  Database openForMigrations(String name) {
    Database usual = open(name);
    DatabaseSettings database = usual.settings().at(usual.current());
    return database.migrationAddress() == null
        ? usual
        : opened.computeIfAbsent(name + " for migrations", _ -> opened(database.forMigrations()));
  }

  private static Database opened(DatabaseSettings settings) {
    return OpenDatabase.of(settings, "bbm/cli", List.of());
  }

  /** Runs work that changes nothing; throws NOT_INSTALLED where schema bbm is missing. */
  <T> T read(String database, Function<SqlSession, T> work) {
    Database asked = open(database);
    try {
      return asked.transactions().reading(work);
    } catch (ApplicationException failure) {
      throw explained(asked, failure);
    }
  }

  /** Runs the work in one transaction; throws NOT_INSTALLED where schema bbm is missing. */
  <T> T change(String database, Function<SqlSession, T> work) {
    Database asked = open(database);
    try {
      return asked.transactions().inTransaction(work);
    } catch (ApplicationException failure) {
      throw explained(asked, failure);
    }
  }

  /** Throws unless schema bbm is in a writable database, as this program knows it. */
  void requireUpToDate(String database) {
    Database asked = open(database);
    try {
      Survey.requireUpToDate(asked);
    } catch (ApplicationException failure) {
      throw explained(asked, failure);
    }
  }

  /** Asks several side by side, so that one that is down delays none of the others. */
  <T> List<Answer<T>> readAll(List<DatabaseSettings> databases, Function<SqlSession, T> work) {
    if (databases.size() == 1) {
      return List.of(ask(databases.getFirst().name(), work));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Answer<T>>> asked =
          databases.stream()
              .map(it -> CompletableFuture.supplyAsync(() -> ask(it.name(), work), threads))
              .toList();
      return asked.stream().map(CompletableFuture::join).toList();
    }
  }

  private <T> Answer<T> ask(String database, Function<SqlSession, T> work) {
    try {
      return new Answer.Given<>(database, read(database, work));
    } catch (ApplicationException failure) {
      return new Answer.Missing<>(database, failure);
    }
  }

  /**
   * What the id names; throws MIGRATION_NOT_FOUND, MIGRATION_MOVED when a failover gave it another
   * id, or INVALID_OPTION when it is of another database than the given one.
   *
   * @param database makes a plain number enough; null for the id's own prefix
   */
  MigrationId find(String id, @Nullable String database) {
    MigrationId found = findAnywhere(id, database);
    MigrationId now = whereItIs(found);
    if (!now.equals(found)) {
      throw moved(found, now);
    }
    return found;
  }

  /** After each failover that moved it, as far as the places tell that are configured here. */
  private MigrationId whereItIs(MigrationId asked) {
    var passed = new LinkedHashSet<MigrationId>();
    Optional<MigrationId> next = Optional.of(asked);
    while (next.isPresent() && passed.add(next.get())) {
      next = movedTo(next.get());
    }
    return passed.getLast();
  }

  private Optional<MigrationId> movedTo(MigrationId id) {
    return settings().findDatabase(id.database()).isEmpty()
        ? Optional.empty()
        : read(
                id.database(),
                session -> session.getMapper(JournalMapper.class).findMovedTo(id.number()))
            .map(to -> new MigrationId(to, id.number()));
  }

  /** Old ids are answered with the new ones. */
  private static ApplicationException moved(MigrationId old, MigrationId now) {
    return ApplicationException.of(
        ErrorCode.MIGRATION_MOVED,
        "%s was moved to %s, where it is %s".formatted(old, now.database(), now),
        "./bbm status " + now);
  }

  private MigrationId findAnywhere(String id, @Nullable String database) {
    if (database == null) {
      return canonical(MigrationId.parse(id, settings()));
    }
    String given = settings().database(database).name();
    if (MigrationId.isNumber(id)) {
      return canonical(MigrationId.parse(given + "_" + id, settings()));
    }
    MigrationId found = canonical(MigrationId.parse(id, settings()));
    if (!found.equals(canonical(new MigrationId(given, found.number())))) {
      throw ApplicationException.of(
          ErrorCode.INVALID_OPTION,
          "%s is not in database \"%s\"".formatted(id, given),
          "leave --database out");
    }
    return found;
  }

  /** By the name that gives ids at its place, where that is another one. */
  private MigrationId canonical(MigrationId typed) {
    if (hasPlace(typed.database())) {
      return typed;
    }
    String shown =
        read(
            typed.database(),
            session -> session.getMapper(MigrationMapper.class).displayId(typed.number()));
    return MigrationId.find(shown, settings()).orElse(typed);
  }

  /** Whether it should run and no worker has looked at it. */
  boolean isUnattended(MigrationId id) {
    return read(
        id.database(),
        session -> session.getMapper(MigrationMapper.class).isUnattended(id.number()));
  }

  /** The migration as it stands; throws MIGRATION_NOT_FOUND. */
  MigrationView load(MigrationId id) {
    return read(
            id.database(),
            session -> session.getMapper(MigrationMapper.class).findByNumber(id.number()))
        .orElseThrow(() -> MigrationId.unknown(id.toString()));
  }

  private static ApplicationException explained(Database asked, ApplicationException failure) {
    String state = failure.sqlState().orElse("");
    if (STATES_OF_ABSENCE.contains(state)
        && !asked.transactions().reading(s -> s.getMapper(InstallMapper.class).isInstalled())) {
      return ApplicationException.of(
          ErrorCode.NOT_INSTALLED,
          "schema bbm is not installed in database \"%s\"".formatted(asked.name()),
          "./bbm init",
          null,
          failure);
    }
    if (STATES_OF_STANDBYS.contains(state)
        && asked.transactions().reading(s -> s.getMapper(InstallMapper.class).probe()).standby()) {
      return Survey.standby(asked.name());
    }
    return STATE_OF_MISSING_RIGHTS.equals(state) ? withoutRights(asked, failure) : failure;
  }

  private static ApplicationException withoutRights(Database asked, ApplicationException failure) {
    return ApplicationException.of(
        failure.code(),
        "database \"%s\": %s".formatted(asked.name(), failure.getMessage()),
        "use the role that ran ./bbm init, or grant this one rights on schema bbm",
        STATE_OF_MISSING_RIGHTS,
        failure);
  }

  @Override
  @PreDestroy
  public void close() {
    opened.values().forEach(Database::close);
  }
}
