package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ValidateConfigCommandTest {

  private static final String BOTH_HAVE_TASKS =
      """
      databases "main" and "ci" lead to one physical database and all have database_tasks: true, so it would be migrated more than once
      hint: write databases.ci.database_tasks: false, or give another url
      """;

  @RegisterExtension static final PostgresExtension one = new PostgresExtension();
  @RegisterExtension static final PostgresExtension two = new PostgresExtension();

  @TempDir Path folder;

  @BeforeEach
  void uninstall() {
    one.execute("DROP SCHEMA IF EXISTS bbm CASCADE");
    two.execute("DROP SCHEMA IF EXISTS bbm CASCADE");
  }

  @Test
  void acceptsASingleDatabase() throws IOException {
    configure("main: {url: '%s'}".formatted(one.url()));

    assertThat(validate())
        .isEqualTo(
            new Result(
                0,
                """
                DATABASE  TASKS  SAME DATABASE AS  WRITES  PLACE
                main      yes                      yes     not installed
                """,
                ""));
  }

  @Test
  void acceptsTwoDatabases() throws IOException {
    configure("main: {url: '%s'}".formatted(one.url()), "ci: {url: '%s'}".formatted(two.url()));

    assertThat(validate())
        .isEqualTo(
            new Result(
                0,
                """
                DATABASE  TASKS  SAME DATABASE AS  WRITES  PLACE
                main      yes                      yes     not installed
                ci        yes                      yes     not installed
                """,
                ""));
  }

  @Test
  void acceptsTwoConnectionsToOneDatabaseByDifferentAddresses() throws IOException {
    configure(
        "main: {url: '%s'}".formatted(one.url()),
        "ci: {url: '%s', database_tasks: false}".formatted(elsewhere(one)));
    Installed.init(cli());

    Result result = validate();

    assertThat(result.out().replaceAll("[0-9a-f-]{36}", "PLACE"))
        .isEqualTo(
            """
            DATABASE  TASKS  SAME DATABASE AS  WRITES  PLACE
            main      yes                      yes     PLACE
            ci        no     main              yes     PLACE
            """);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void refusesThatTwoConnectionsToOneDatabaseBothHaveTasks() throws IOException {
    configure(
        "main: {url: '%s'}".formatted(one.url()), "ci: {url: '%s'}".formatted(elsewhere(one)));

    Result result = validate();

    assertThat(result.err()).isEqualTo("error: " + BOTH_HAVE_TASKS);
    assertThat(result.out()).contains("ci        yes    main              yes");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void refusesADatabaseOfItsOwnWithoutTasks() throws IOException {
    configure(
        "main: {url: '%s'}".formatted(one.url()),
        "ci: {url: '%s', database_tasks: false}".formatted(two.url()));

    assertThat(validate().err())
        .isEqualTo(
            """
            error: database "ci" has database_tasks: false, but leads to another physical database than "main", so nobody would migrate it
            hint: remove databases.ci.database_tasks, or give it the database of main
            """);
  }

  @Test
  void comparesWithTheFallbackNotWithMain() throws IOException {
    configure(
        "main: {url: '%s'}".formatted(one.url()),
        "ci: {url: '%s'}".formatted(two.url()),
        "sec: {url: '%s', database_tasks: false, fallback: ci}".formatted(elsewhere(two)));

    assertThat(validate().exitCode()).isZero();
  }

  @Test
  void refusesMainWithoutTasks() throws IOException {
    configure("main: {url: '%s', database_tasks: false}".formatted(one.url()));

    assertThat(validate().err())
        .isEqualTo(
            """
            error: database "main" has database_tasks: false, so nobody would migrate it
            hint: remove databases.main.database_tasks
            """);
  }

  @Test
  void refusesAFallbackThatIsNotConfiguredOrHasNoTasksItself() throws IOException {
    configure(
        "ci: {url: '%s', database_tasks: false}".formatted(one.url()),
        "sec: {url: '%s', database_tasks: false, fallback: ci}".formatted(one.url()));

    assertThat(validate().err())
        .isEqualTo(
            """
            error: 2 errors:
              database "ci" has database_tasks: false, but database "main", which should do its tasks, is not configured
              databases "sec" and "ci" both have database_tasks: false, though the second should do the tasks of the first
            hint: remove databases.ci.database_tasks, or configure main; remove databases.ci.database_tasks
            """);
  }

  @Test
  void turnsErrorsToWarnings() throws IOException {
    configure(
        "main: {url: '%s'}".formatted(one.url()), "ci: {url: '%s'}".formatted(elsewhere(one)));

    Result byOption = cli().run("db validate-config --warn-only");
    Result byVariable = cli().with("BBM_VALIDATE_DATABASE_CONFIG", "0").run("db validate-config");

    assertThat(byOption.err()).isEqualTo("warning: " + BOTH_HAVE_TASKS);
    assertThat(byOption.exitCode()).isZero();
    assertThat(byVariable).isEqualTo(byOption);
    assertThat(cli().with("BBM_VALIDATE_DATABASE_CONFIG", "1").run("db validate-config").exitCode())
        .isEqualTo(2);
  }

  @Test
  void onlyWarnsOfADatabaseThatDoesNotAnswerOrLetsNobodyIn() throws IOException {
    configure(
        "main: {url: '%s'}".formatted(one.url()),
        "ci: {url: 'postgresql://127.0.0.1:1/gone'}",
        "sec: {url: '%s', user: nobody}".formatted(one.url().replace("?user=postgres", "")),
        "geo: {url: '%s'}".formatted(one.url().replace(one.database(), "absent")));

    Result result = validate();

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines()).hasSize(2);
    assertThat(result.err())
        .contains("warning: database \"ci\" is not checked: database \"ci\" does not answer")
        .contains(
            "warning: database \"sec\" is not checked: database \"sec\": role \"nobody\" does not exist")
        .contains(
            "warning: database \"geo\" is not checked: database \"geo\": database \"absent\" does not exist")
        .doesNotContain("error: ");
  }

  @Test
  void onlyWarnsOfAReadOnlyDatabase() throws IOException {
    configure(
        "main: {url: '%s&options=-c%%20default_transaction_read_only%%3Don'}".formatted(one.url()));

    Result result = validate();

    assertThat(result.out()).contains("main      yes                      no      not installed");
    assertThat(result.err())
        .isEqualTo(
            """
            warning: database "main" is read-only: a standby, or a server that refuses writes
            hint: give the primary's address
            """);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void findsACopyThatWasStartedByHand() throws IOException {
    configure("main: {url: '%s'}".formatted(one.url()), "ci: {url: '%s'}".formatted(two.url()));
    Installed.init(cli());
    String place = Installed.rows(one, "SELECT place FROM bbm.database_identity");
    two.execute(
        "UPDATE bbm.database_identity SET place = '%s'".formatted(place),
        "UPDATE bbm.schema_ownership SET place = '%s'".formatted(place));

    assertThat(validate().err())
        .isEqualTo(
            """
            error: databases "main" and "ci" are different servers, both take writes, and both say that they are place %s: one is a copy
            hint: stop the copy, or make it a database of its own by a failover
            """
                .formatted(place));

    two.execute("UPDATE bbm.schema_ownership SET state = 'RETIRED'");
    assertThat(validate().err()).isEmpty();
  }

  @Test
  void refusesToGiveASchemaToASecondDatabaseWhileAnotherRunsIt() throws IOException {
    configure("main: {url: '%s', gitlab_schemas: [gitlab_main, gitlab_ci]}".formatted(one.url()));
    Installed.init(cli());
    configure("main: {url: '%s'}".formatted(one.url()), "ci: {url: '%s'}".formatted(two.url()));

    Result init = cli().run("init --yes");

    assertThat(init.exitCode()).isEqualTo(2);
    assertThat(init.err())
        .isEqualTo(
            """
            error: gitlab_schema "gitlab_ci" is configured for database "ci", but ACTIVE in "main": both would run its migrations
            hint: give gitlab_ci back to main in bbm.yml, and move it by a failover
            """);
    assertThat(Installed.rows(two, "SELECT to_regnamespace('bbm')")).isEqualTo("null");
    assertThat(validate().err()).isEqualTo(init.err());
  }

  @Test
  void noticesSwappedAddresses() throws IOException {
    configure("main: {url: '%s'}".formatted(one.url()), "ci: {url: '%s'}".formatted(two.url()));
    Installed.init(cli());
    configure("main: {url: '%s'}".formatted(two.url()), "ci: {url: '%s'}".formatted(one.url()));

    assertThat(validate().err())
        .contains(
            """
            warning: the url of database "main" leads to a database that is known as "ci"
            hint: ./bbm init, if that is meant
            """,
            "warning: the url of database \"ci\" leads to a database that is known as \"main\"\n");
  }

  @Test
  void printsJson() throws IOException {
    configure(
        "main: {url: '%s'}".formatted(one.url()), "ci: {url: '%s'}".formatted(elsewhere(one)));

    assertThat(cli().run("db validate-config --output json").out())
        .startsWith(
            """
            {
              "databases" : [ {
                "database" : "main",
                "database_tasks" : true,
                "same_as" : "main",
                "read_only" : false,
                "place" : null
              }, {
                "database" : "ci",
                "database_tasks" : true,
                "same_as" : "main",
            """)
        .contains("\"errors\" : [ {", "\"warnings\" : [ ]");
  }

  private Result validate() {
    return cli().run("db validate-config");
  }

  private Cli cli() {
    return new Cli(folder);
  }

  /** The same database by another address. */
  private static String elsewhere(PostgresExtension database) {
    return database.url().replace("localhost", "127.0.0.1");
  }

  private void configure(String... databases) throws IOException {
    Installed.write(folder, "bbm.yml", "databases:\n  " + String.join("\n  ", databases) + "\n");
    Installed.write(folder, "db/gitlab_schemas.yml", "orders: gitlab_main\n");
  }
}
