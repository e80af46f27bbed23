package dev.bbm.starter.command;

import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.worker.InstalledServers;
import dev.bbm.starter.worker.WorkerService;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs migrations until it is stopped. */
@Prototype
@Command(
    name = "worker",
    description = "Run migrations until it is stopped, by Ctrl-C or SIGTERM.",
    footer = {
      "",
      "Stops at the border of a sub-batch. Waits for databases and for Temporal while they do not answer.",
      "Start two or more for availability; they share the work."
    },
    exitCodeList = {
      "0:stopped in order",
      "2:wrong configuration or job class",
      "130:Ctrl-C",
      "143:SIGTERM"
    })
final class WorkerCommand implements Callable<Integer> {

  @Option(
      names = "--embedded",
      description = {
        "Start PostgreSQL and Temporal too, on loopback, with databases main and ci.",
        "That is so by itself where no database is configured."
      })
  private boolean embedded;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keep the data of the embedded servers there; without it nothing is left.")
  private @Nullable Path dataDirectory;

  @Option(names = "--end-with-stdin", hidden = true, description = "Ends when standard input ends.")
  private boolean endWithStdin;

  @Spec private CommandSpec spec;

  private final ConfigurationLoader loader;
  private final GlobalOptions options;
  private final Surroundings surroundings;

  WorkerCommand(ConfigurationLoader loader, GlobalOptions options, Surroundings surroundings) {
    this.loader = loader;
    this.options = options;
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    boolean configured = loader.namesDatabases(options.config(), options.environment());
    if (configured && (embedded || dataDirectory != null)) {
      throw ApplicationException.of(
          ErrorCode.INVALID_OPTION,
          "%s is for a folder without databases of its own, and here some are configured"
              .formatted(embedded ? "--embedded" : "--data-dir"),
          "leave it out, or run it in another folder");
    }
    if (configured || (!embedded && dataDirectory == null && loader.findsEmbedded())) {
      return run(loader.load(options.config(), options.environment()), () -> {});
    }
    InstalledServers servers =
        InstalledServers.start(
            surroundings.folder(),
            dataDirectory,
            options.config(),
            loader.environment(options.environment()).orElse(null));
    say(servers.addresses());
    return run(servers.settings(), servers::close);
  }

  /** The servers end after the worker, also when the JVM is asked to end. */
  private int run(Settings settings, Runnable afterwards) throws InterruptedException {
    var ended = new CountDownLatch(1);
    WorkerService service = WorkerService.open(settings, surroundings);
    Runnable stop =
        () -> {
          service.close();
          afterwards.run();
        };
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "bbm-shutdown"));
    if (endWithStdin) {
      Thread.ofPlatform().daemon().start(() -> awaitEndOfStdin(ended));
    }
    try {
      service.start();
      say("%s runs; Temporal at %s".formatted(service.name(), service.temporalTarget()));
      service.httpUrl().ifPresent(url -> say("metrics at %s/metrics".formatted(url)));
      ended.await();
    } finally {
      stop.run();
    }
    return ExitCode.DONE.code();
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static void awaitEndOfStdin(CountDownLatch ended) {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      // The parent is gone: the same as the end.
    }
    ended.countDown();
  }
}
