package dev.bbm.starter.command;

import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.migration.TokenKeeper;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.testbed.CountedTable;
import dev.bbm.starter.testbed.FailoverPair;
import dev.bbm.starter.testbed.Invariants;
import dev.bbm.starter.testbed.Observed;
import dev.bbm.starter.testbed.Sql;
import dev.bbm.starter.testbed.Violation;
import dev.bbm.starter.testbed.Witness;
import dev.bbm.starter.worker.WorkerService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One database that becomes three, by two failovers one after the other: first ci, then a third
 * one, whose schema main or ci gives up.
 */
final class ThreePlaces implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** As a worker does that ends in order, so that no drain waits for it. */
  private static final String RELEASE =
      "UPDATE bbm.batched_background_migration_jobs SET status = 0, claim = NULL, worker = NULL WHERE status = 1";

  /**
   * Who comes third.
   *
   * @param table the one table of its schema
   * @param from who gives it up: main or ci
   */
  record Third(String name, String schema, CountedTable table, String from) {}

  private final FailoverPair pair;
  private final TemporalDevServerProcess temporal;
  private final Third third;
  private @Nullable EmbeddedStandby server;

  private ThreePlaces(FailoverPair pair, TemporalDevServerProcess temporal, Third third) {
    this.pair = pair;
    this.temporal = temporal;
    this.third = third;
  }

  /** Every kind of migration is queued, and those that can run have begun. */
  static ThreePlaces start(TemporalDevServerProcess temporal, Path folder, Third third)
      throws IOException {
    var places = new ThreePlaces(FailoverPair.start(folder), temporal, third);
    try {
      places.classify();
      places.configure(", " + third.schema(), "    database_tasks: false\n");
      places.requireDone("init --yes");
      Witness.install(places.pair.onPrimary());
      places.pair.queueEveryKind();
      places.runTwoSubBatchesOfEach();
      places.pair.awaitCaughtUp();
      return places;
    } catch (IOException | RuntimeException | Error e) {
      places.close();
      throw e;
    }
  }

  private void classify() throws IOException {
    Path dictionary = pair.project().resolve("db/gitlab_schemas.yml");
    String was = "%s: %s\n".formatted(third.table().table(), third.table().gitlabSchema());
    String is = "%s: %s\n".formatted(third.table().table(), third.schema());
    Files.writeString(dictionary, Files.readString(dictionary).replace(was, is));
  }

  /** Main and ci, with something besides for the one that gives up a schema, and after them. */
  private void configure(String schemaOfTheGiver, String more) throws IOException {
    Files.writeString(
        pair.project().resolve("bbm.yml"),
        """
        databases:
          main:
            url: %s
            gitlab_schemas: [gitlab_main, gitlab_shared%s]
          ci:
            endpoints: ["%s", "%s"]
            gitlab_schemas: [gitlab_ci, gitlab_shared%s]
        %s\
        """
            .formatted(
                address(pair.primary()),
                third.from().equals("main") ? schemaOfTheGiver : "",
                address(pair.primary()),
                address(pair.standby().server()),
                third.from().equals("ci") ? schemaOfTheGiver : "",
                more));
  }

  /** Builds the third's standby, and gives it a second connection to its giver, and its schema. */
  void buildTheThird() throws IOException {
    EmbeddedDatabaseServer giver =
        third.from().equals("main") ? pair.primary() : pair.standby().server();
    var built = EmbeddedStandby.of(giver, pair.project().resolveSibling("third"));
    server = built;
    configure(
        "",
        """
          %s:
            endpoints: ["%s", "%s"]
            gitlab_schemas: [%s, gitlab_shared]
            fallback: %s
            database_tasks: false
        """
            .formatted(
                third.name(),
                address(giver),
                address(built.server()),
                third.schema(),
                third.from()));
    requireDone("init --yes");
  }

  private static String address(EmbeddedDatabaseServer of) {
    return of.uri(FailoverPair.DATABASE).toString();
  }

  Sql onMain() {
    return pair.onPrimary();
  }

  Sql onCi() {
    return pair.onStandby();
  }

  Sql onThird() {
    return new Sql(Objects.requireNonNull(server).server().jdbcUrl(FailoverPair.DATABASE));
  }

  Cli bbm() {
    return new Cli(pair.project()).with("TEMPORAL_ADDRESS", temporal.target());
  }

  Result run(String line) {
    return bbm().run(line);
  }

  private void requireDone(String line) {
    Result result = run(line);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(line + ": " + result);
    }
  }

  /** What is mislabelled or unknown does not run. */
  private void runTwoSubBatchesOfEach() {
    var settings =
        new DatabaseSettings(
            "main", onMain().jdbcUrl(), "", new Secret(""), List.of(), true, true, 2);
    var classes = JobClasses.load(pair.jobClasses(), ThreePlaces.class.getClassLoader());
    try (var keeper = new TokenKeeper(settings, "worker", classes)) {
      onMain()
          .rows(
              """
              SELECT m.uid, m.gitlab_schema FROM bbm.batched_background_migrations AS m
               WHERE m.gitlab_schema = bbm.schema_of_table(m.table_name)
              """)
          .stream()
          .map(row -> row.split("\\|", -1))
          .forEach(row -> {
            var held = keeper.claim(row[0], keeper.token(row[1])).orElseThrow();
            keeper.runSubBatch(keeper.runSubBatch(held));
          });
    }
    onMain().execute(RELEASE);
  }

  /** A worker for all three, until nothing is unfinished anywhere. */
  void workToTheEnd() throws InterruptedException {
    var surroundings =
        new Surroundings(Map.of("TEMPORAL_ADDRESS", temporal.target()), pair.project());
    try (var worker =
        WorkerService.open(new ConfigurationLoader(surroundings).load(null), surroundings)) {
      worker.start();
      for (Sql on : List.of(onMain(), onCi(), onThird())) {
        Await.until(
            () -> "nothing is unfinished: " + run("list --all").out(),
            LIMIT,
            () -> unfinished(on).isEmpty());
      }
    }
  }

  private static List<String> unfinished(Sql on) {
    return on.rows(
        "SELECT m.table_name FROM bbm.batched_background_migrations AS m WHERE m.status IN (0, 1, 4, 5)");
  }

  List<Violation> afterwards() {
    try (var main = Observed.of("main", onMain());
        var ci = Observed.of("ci", onCi());
        var last = Observed.of(third.name(), onThird())) {
      return Invariants.afterwards(main, ci, last);
    }
  }

  List<Violation> whenAllIsDone() {
    try (var main = Observed.of("main", onMain());
        var ci = Observed.of("ci", onCi());
        var last = Observed.of(third.name(), onThird())) {
      return Invariants.whenAllIsDone(main, ci, last);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    pair.close();
  }
}
