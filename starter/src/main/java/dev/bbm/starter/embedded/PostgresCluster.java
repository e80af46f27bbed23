package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a PostgreSQL server needs on disk: programs, data and password, and an account that may use
 * them.
 */
record PostgresCluster(
    DatabaseServerOptions options,
    PostgresBinaries binaries,
    ServerAccount account,
    Credentials credentials) {

  /** Where the data lies in the server's folder. */
  static final String DATA = "data";

  private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  /**
   * The 4096 rounds by default cost a fresh JVM a quarter of a second for each connection; they
   * protect passwords that can be guessed, which 128 random bits cannot.
   */
  private static final String ONE_ROUND_OF_HASHING = "--set=scram_iterations=1";

  private static final int LINES_OF_LOG = 15;

  /**
   * Makes whatever is missing in the server's folder.
   *
   * @param known the account to use; null has one found
   */
  static PostgresCluster prepare(
      DatabaseServerOptions options, UserCache cache, @Nullable ServerAccount known)
      throws IOException {
    var account = known == null ? ServerAccount.detect() : known;
    var folder = PrivateFolder.create(options.folder()).path();
    var programs =
        account.sharesFilesWithCaller() ? cache.resolve("postgresql") : folder.resolve("binaries");
    var binaries = PostgresBinaries.unpackBelow(programs);
    var cluster = new PostgresCluster(options, binaries, account, Credentials.in(folder));
    cluster.handOver();
    cluster.makeData();
    return cluster;
  }

  private void handOver() {
    account.own(options.folder());
    if (!account.canReach(options.folder())) {
      throw ApplicationException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "PostgreSQL runs as user nobody here, who cannot reach %s.".formatted(options.folder()),
          "Choose a data directory that everyone can reach, or run bbm as an ordinary user.");
    }
  }

  private void makeData() throws IOException {
    if (data().exists()) {
      data().requireOurVersion();
    } else {
      initialize();
    }
  }

  /** Under another name first, so that an interrupted initdb leaves nothing half made. */
  private void initialize() throws IOException {
    var unfinished = options.folder().resolve("data.unfinished");
    new FileTree(unfinished).delete();
    var initdb =
        start(
            List.of(
                binaries.initdb().toString(),
                "--pgdata=" + unfinished,
                "--username=" + Credentials.USER,
                "--pwfile=" + Credentials.file(options.folder()),
                "--auth=scram-sha-256",
                ONE_ROUND_OF_HASHING,
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                options.fsync() ? "--sync-method=fsync" : "--no-sync"));
    if (!initdb.awaitEnd(INITDB_LIMIT) || initdb.exitStatus() != 0) {
      initdb.killTree();
      throw failure("initdb failed", initdb);
    }
    Files.move(unfinished, data().path());
  }

  /** Starts the server's process; it is not ready yet. */
  WatchedProcess startOn(LoopbackPort port) throws IOException {
    data().leaveBehindFormerServer();
    var words =
        new ArrayList<>(List.of(binaries.postgres().toString(), "-D", data().path().toString()));
    settings(port).forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
    return start(words);
  }

  /** Waits until the server takes connections; false when it ended instead. */
  boolean awaitReady(WatchedProcess server) {
    return new Readiness(server, START_LIMIT, BETWEEN_LOOKS).await(() -> data().isServedBy(server));
  }

  private Map<String, String> settings(LoopbackPort port) {
    var settings = new TreeMap<>(options.settings());
    // By default the user's own schema comes first, and ours has the user's name: an application's
    // tables would be made in schema bbm.
    settings.putIfAbsent("search_path", "public");
    settings.put("listen_addresses", LoopbackPort.HOST);
    settings.put("port", Integer.toString(port.number()));
    settings.put("unix_socket_directories", "");
    settings.put("fsync", options.fsync() ? "on" : "off");
    return settings;
  }

  private WatchedProcess start(List<String> words) {
    return WatchedProcess.start(
        new WatchedProcess.Command(
            account.run(words),
            options.folder(),
            options.folder().resolve("postgresql.log"),
            StopMode.IMMEDIATE.signal(),
            options.throwaway() ? options.folder() : null,
            Map.of("PGDATA", "", "PGPORT", "", "PGOPTIONS", "")));
  }

  ApplicationException failure(String what, WatchedProcess failed) {
    return ApplicationException.of(
        ErrorCode.DATABASE_UNREACHABLE,
        "%s in %s; the end of its log:%n%s"
            .formatted(what, options.folder(), failed.lastWords(LINES_OF_LOG)));
  }

  String jdbcUrl(LoopbackPort port, String database) {
    return "jdbc:postgresql://%s/%s?user=%s&password=%s&sslmode=disable"
        .formatted(port.address(), database, Credentials.USER, credentials.password());
  }

  URI uri(LoopbackPort port, String database) {
    return URI.create(
        "postgresql://%s:%s@%s/%s?sslmode=disable"
            .formatted(Credentials.USER, credentials.password(), port.address(), database));
  }

  private DataDirectory data() {
    return new DataDirectory(options.folder().resolve(DATA));
  }
}
