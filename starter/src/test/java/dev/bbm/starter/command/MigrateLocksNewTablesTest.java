package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tables that migrate makes are locked for writes where they do not live. */
final class MigrateLocksNewTablesTest {

  private static final String LOCKS =
      "SELECT tgrelid::regclass FROM pg_trigger WHERE tgfoid = 'bbm.prevent_write'::regproc ORDER BY 1";

  /** By the dictionary ci_pipelines is gitlab_ci, and so is a table of that name with a number. */
  private static final String TABLES =
      """
      CREATE TABLE routes_7 (id bigint PRIMARY KEY);
      CREATE TABLE ci_builds_7 (id bigint PRIMARY KEY);
      CREATE TABLE ci_pipelines_200 PARTITION OF ci_pipelines FOR VALUES FROM (100) TO (200);
      """;

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir Path folder;

  @Test
  void locksThemAndLeavesTheOthersAsTheyAre() throws IOException {
    Result result = Deploying.two(folder, main, ci).file("1_tables.sql", TABLES).migrate();

    assertThat(Deploying.withoutTimes(result.out()))
        .isEqualTo(
            """
            main: ran 1_tables.sql
            ci: ran 1_tables.sql
            main: locked new table ci_builds_7 for writes, since gitlab_ci lives elsewhere
            main: locked new table ci_pipelines_200 for writes, since gitlab_ci lives elsewhere
            ci: locked new table routes_7 for writes, since gitlab_main lives elsewhere
            """);
    assertThat(result.exitCode()).isZero();
    assertThat(Installed.rows(main, LOCKS)).isEqualTo("ci_builds_7\nci_pipelines_200");
    assertThat(Installed.rows(ci, LOCKS)).isEqualTo("routes_7");
  }

  @Test
  void locksWhatWasMadeBeforeALaterFileFailed() throws IOException {
    Result result =
        Deploying.two(folder, main, ci)
            .file("1_tables.sql", "CREATE TABLE ci_builds_7 (id bigint PRIMARY KEY);\n")
            .file("2_fails.sql", "CREATE TABLE routes (id bigint);\n")
            .migrate();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(Installed.rows(main, LOCKS)).isEqualTo("ci_builds_7");
  }

  @Test
  void locksNothingInASinglePlace() throws IOException {
    Result result = Deploying.twoConnections(folder, main).file("1_tables.sql", TABLES).migrate();

    assertThat(Deploying.withoutTimes(result.out())).isEqualTo("main: ran 1_tables.sql\n");
    assertThat(Installed.rows(main, LOCKS)).isEmpty();
  }
}
