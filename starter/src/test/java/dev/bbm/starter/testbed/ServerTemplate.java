package dev.bbm.starter.testbed;

import dev.bbm.starter.command.Cli;
import dev.bbm.starter.embedded.DatabaseServerOptions;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.StopMode;
import dev.bbm.starter.embedded.UserCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A stopped server with the application's tables and bbm installed, copied for each pair: initdb
 * and the installation take longer than all the rest.
 */
final class ServerTemplate {

  private static final class Holder {
    private static final ServerTemplate TEMPLATE = make();
  }

  private final Path folder;

  private ServerTemplate(Path folder) {
    this.folder = folder;
  }

  /** The one of this JVM. */
  static ServerTemplate get() {
    return Holder.TEMPLATE;
  }

  private static ServerTemplate make() {
    try {
      var folder = Files.createTempDirectory("bbm-template-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> shell("rm", "-rf", folder.toString())));
      var template = new ServerTemplate(folder);
      template.fill();
      return template;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill() throws IOException {
    var application = new Application(folder.resolve("project"));
    application.write();
    var options =
        DatabaseServerOptions.throwaway(folder.resolve("server"))
            .withDatabases(List.of(FailoverPair.DATABASE));
    var server = new EmbeddedDatabaseServer(options, UserCache.of(System.getenv()));
    server.start();
    var sql = new Sql(server.jdbcUrl(FailoverPair.DATABASE));
    for (CountedTable counted : CountedTable.values()) {
      sql.execute(counted.create(FailoverPair.ROWS));
    }
    var address = server.uri(FailoverPair.DATABASE).toString();
    application.configure(FailoverPair.configuration(address, address));
    var installed = new Cli(application.folder()).run("init --yes");
    if (installed.exitCode() != 0) {
      throw new IllegalStateException(installed.toString());
    }
    sql.execute("VACUUM ANALYZE", "CHECKPOINT");
    server.stop(StopMode.FAST);
  }

  /** Copies the server's folder, where the target is not there yet. */
  void copyServer(Path target) {
    shell("cp", "-Rp", folder.resolve("server").toString(), target.toString());
  }

  Application copyApplication(Path target) {
    shell("cp", "-Rp", folder.resolve("project").toString(), target.toString());
    return new Application(target);
  }

  private static void shell(String... words) {
    try {
      int status = new ProcessBuilder(words).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            "%s ended with %d".formatted(Stream.of(words).toList(), status));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
