package dev.bbm.starter.command;

import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.demo.Demo;
import dev.bbm.starter.demo.DemoEnvironment;
import dev.bbm.starter.demo.DemoPlace;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything at once, on servers of its own. */
@Prototype
@Command(
    name = "demo",
    description = "Show everything on servers of its own: a worker killed, and ci failed over.",
    footer = {
      "",
      "Starts PostgreSQL, a standby and Temporal on free loopback ports, and stops them at its end.",
      "While it runs, other commands in this folder find it: ./bbm list"
    },
    exitCodeList = {
      "0:every row was changed exactly once, and no write was lost",
      "1:some row was not, or the failover did not succeed",
      "69:a server could not be started"
    })
final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "Rows of the two largest tables; default ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keeps the servers' data there; without it nothing is left.")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--stay",
      description = "Leaves the servers running until Ctrl-C, to look at them.")
  private boolean stay;

  @Spec private CommandSpec spec;

  private final Terminal terminal;
  private final Surroundings surroundings;

  DemoCommand(Terminal terminal, Surroundings surroundings) {
    this.terminal = terminal;
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    boolean exact;
    try (DemoEnvironment environment = DemoEnvironment.start(surroundings.folder(), dataDirectory);
        DemoPlace main = environment.main();
        DemoPlace ci = environment.ci()) {
      out.println(environment.addresses());
      out.flush();
      var demo =
          new Demo(
              main,
              ci,
              rows,
              surroundings.folder(),
              environment.folder(),
              out,
              terminal.isInteractive(),
              InstantSource.system());
      exact = demo.run();
      if (stay) {
        out.println("The servers stay until Ctrl-C. In another terminal: ./bbm list");
        out.flush();
        new CountDownLatch(1).await();
      }
    }
    out.println("Yours next: ./bbm init");
    return exact ? ExitCode.DONE.code() : ExitCode.FAILED.code();
  }
}
