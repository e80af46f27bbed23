package dev.bbm.starter.command;

import dev.bbm.starter.command.Cli.Begun;
import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.embedded.TemporalBinary;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import dev.bbm.starter.embedded.TemporalOptions;
import dev.bbm.starter.embedded.UserCache;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.testbed.FailoverPair;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/** A pair of servers on the eve of a failover, a real Temporal server, and the command line. */
final class FailoverTrial implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final TemporalDevServerProcess temporal;
  private final FailoverPair pair;

  private FailoverTrial(TemporalDevServerProcess temporal, FailoverPair pair) {
    this.temporal = temporal;
    this.pair = pair;
  }

  /** A Temporal server, for several trials one after the other. */
  static TemporalDevServerProcess temporal(Path folder) {
    var environment = System.getenv();
    var search =
        TemporalBinary.of(null, environment, UserCache.of(environment), System.err::println).find();
    Assumptions.assumeTrue(search.found().isPresent(), search::sentence);
    var server =
        new TemporalDevServerProcess(
            search.found().orElseThrow(), TemporalOptions.throwaway(folder));
    server.start();
    return server;
  }

  /**
   * Every kind of migration is queued.
   *
   * @param more lines of bbm.yml after its databases
   */
  static FailoverTrial start(TemporalDevServerProcess temporal, Path folder, String... more)
      throws IOException {
    return start(temporal, FailoverPair.start(folder), more);
  }

  /** The same over a pair of one's own. */
  static FailoverTrial start(TemporalDevServerProcess temporal, FailoverPair pair, String... more)
      throws IOException {
    var trial = new FailoverTrial(temporal, pair);
    trial.configure(databases(trial.primary(), trial.primary(), trial.standby()), more);
    pair.queueEveryKind();
    pair.awaitCaughtUp();
    return trial;
  }

  /** The databases of bbm.yml: ci with these endpoints. */
  static String databases(String main, String... endpoints) {
    return """
    databases:
      main:
        url: %s
        gitlab_schemas: [gitlab_main, gitlab_shared]
      ci:
        endpoints: ["%s"]
        gitlab_schemas: [gitlab_ci, gitlab_shared]
        database_tasks: false
    """
        .formatted(main, String.join("\", \"", endpoints));
  }

  void configure(String databases, String... more) throws IOException {
    Files.writeString(
        pair.project().resolve("bbm.yml"), databases + String.join("\n", more) + "\n");
  }

  /** The primary's address. */
  String primary() {
    return pair.primary().uri(FailoverPair.DATABASE).toString();
  }

  /** The standby's address. */
  String standby() {
    return pair.standby().server().uri(FailoverPair.DATABASE).toString();
  }

  FailoverPair pair() {
    return pair;
  }

  Cli bbm() {
    return inFolder(pair.project());
  }

  Cli inFolder(Path folder) {
    return new Cli(folder).with("TEMPORAL_ADDRESS", temporal.target());
  }

  Result run(String line) {
    return bbm().run(line);
  }

  Result runWords(String... words) {
    return bbm().runWords(words);
  }

  /** Returns once the command and status both show the text: each looks in its own time. */
  void awaitShown(Begun command, String text) {
    Await.until("the command shows: " + text, LIMIT, () -> command.shown().contains(text));
    awaitStatus(text);
  }

  /** Returns once status shows the text. */
  void awaitStatus(String text) {
    Await.until(
        "status shows: " + text, LIMIT, () -> run("failover status ci").out().contains(text));
  }

  /** What both servers say of the owners and the migrations: compared before and after. */
  String state() {
    String query =
        """
        SELECT jsonb_build_object(
                   'owners', (SELECT jsonb_agg(to_jsonb(o) ORDER BY o.gitlab_schema) FROM bbm.schema_ownership AS o),
                   'migrations', (SELECT jsonb_agg(jsonb_build_array(m.id, m.status, m.gitlab_schema, m.failover_id) ORDER BY m.id)
                                    FROM bbm.batched_background_migrations AS m),
                   'failovers', (SELECT count(*) FROM bbm.failovers))
        """;
    return pair.onPrimary().value(query) + pair.onStandby().value(query);
  }

  /** Ends what a test left running, so that the next one finds nothing. */
  void terminateWorkflow() {
    var stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(temporal.target()).build());
    try {
      WorkflowClient.newInstance(stubs)
          .newUntypedWorkflowStub("failover/ci")
          .terminate("the test lost it");
    } catch (WorkflowNotFoundException none) {
      // Nothing to end.
    } finally {
      stubs.shutdownNow();
    }
  }

  @Override
  public void close() {
    terminateWorkflow();
    pair.close();
  }
}
