package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Pooler;
import dev.bbm.activities.topology.Secret;
import dev.bbm.workflows.failover.Budgets;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.Promotion;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationLoaderTest {

  @TempDir Path folder;

  @Test
  void hasDefaultsForAllButTheAddress() {
    assertThat(load(Map.of("BBM_MAIN_URL", "postgresql://app@db/shop")))
        .isEqualTo(
            new Settings(
                List.of(
                    new DatabaseSettings(
                        "main",
                        "jdbc:postgresql://db/shop",
                        "app",
                        new Secret(""),
                        List.of("gitlab_main", "gitlab_shared"),
                        true,
                        true,
                        2)),
                folder.resolve("bbm.yml"),
                folder.resolve("db/gitlab_schemas.yml"),
                folder.resolve("db/background_migrations"),
                null,
                new WorkerOptions(4, 4),
                null,
                false));
  }

  @Test
  void mapsEveryProperty() throws IOException {
    write(
        "conf/bbm.yml",
        """
        databases:
          ci:
            url: jdbc:postgresql://ci-db:5433/ci
            user: worker
            password_file: ci.password
            pooler: transaction
            endpoints: [postgresql://ci-db:5433/ci, postgresql://reader:x@ci-standby/ci]
            migration_url: postgresql://owner@ci-primary/ci
            gitlab_schemas: [gitlab_ci, gitlab_shared]
            lock_gitlab_schemas: [gitlab_main]
            fallback: main
            database_tasks: false
            timeline_check: false
            takeover: manual
          main:
            url: postgresql://db/shop
            user: app
            password: open sesame
            gitlab_schemas: [gitlab_main, gitlab_shared]
        dictionary: tables.yml
        job_classes: jobs
        jars: jars
        environments: {staging: {}, production: {worker: {slices: 8}}}
        worker:
          slices: 7
          max_running: 2
          http: 9464
        failover:
          promote: {command: patronictl switchover, timeout: 2m}
          pause_app: {command: pause, undo: resume, timeout: 10s}
          budgets: {drain: 1s, fence: 2s, lock: 3s, catch_up: 4s, promotion: 5s, record: 6s, approval: 7s, hook: 8s}
        """);
    write("conf/ci.password", "hidden\n");

    assertThat(load(Map.of("BBM_CONFIG", "conf/bbm.yml", "BBM_ENV", "production")))
        .isEqualTo(
            new Settings(
                List.of(
                    new DatabaseSettings(
                        "main",
                        "jdbc:postgresql://db/shop",
                        "app",
                        new Secret("open sesame"),
                        List.of("gitlab_main", "gitlab_shared"),
                        true,
                        true,
                        2),
                    new DatabaseSettings(
                        "ci",
                        List.of(
                            new Address(
                                "jdbc:postgresql://ci-db:5433/ci",
                                "worker",
                                new Secret("hidden"),
                                Pooler.TRANSACTION),
                            new Address(
                                "jdbc:postgresql://ci-standby/ci",
                                "reader",
                                new Secret("x"),
                                Pooler.TRANSACTION)),
                        new Address(
                            "jdbc:postgresql://ci-primary/ci",
                            "owner",
                            new Secret("hidden"),
                            Pooler.NONE),
                        List.of("gitlab_ci", "gitlab_shared"),
                        List.of("gitlab_main"),
                        "main",
                        false,
                        false,
                        false,
                        2)),
                folder.resolve("conf/bbm.yml"),
                folder.resolve("conf/tables.yml"),
                folder.resolve("conf/jobs"),
                folder.resolve("conf/jars"),
                new WorkerOptions(8, 2, new HttpAddress("127.0.0.1", 9464)),
                null,
                false,
                new FailoverSettings(
                    Promotion.COMMAND,
                    Map.of(
                        Hook.PROMOTE,
                        new HookSettings("patronictl switchover", null, Duration.ofMinutes(2)),
                        Hook.PAUSE_APP,
                        new HookSettings("pause", "resume", Duration.ofSeconds(10))),
                    new Budgets(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(10)))));
  }

  @Test
  void mapsEveryPropertyThatIsDocumented() throws IOException {
    String mapped =
        Files.readString(
            Path.of("src/test/java/dev/bbm/starter/config/ConfigurationLoaderTest.java"));

    for (Property property : Property.values()) {
      assertThat(mapped).contains(property.key() + ": ");
    }
  }

  @Test
  void namesEveryProblemAtOnce() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main:
            url: mysql://app:secret@db/shop
            password: one
            password_file: two
            database_tasks: perhaps
            shema: public
          ci:
            user: ci
            gitlab_schemas: gitlab_ci
          Geo-1:
            url: postgresql://db/geo
            password_file: absent
        worker: {slices: 0, max_running: many, http: "localhost:99999"}
        dictonary: x.yml
        """);

    assertThatThrownBy(() -> load(Map.of()))
        .isInstanceOfSatisfying(
            ApplicationException.class,
            thrown -> {
              assertThat(thrown.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
              assertThat(thrown.hint()).contains("docs/configuration.md names every property");
              assertThat(String.valueOf(thrown.getMessage()).lines())
                  .containsExactlyInAnyOrder(
                      "12 problems:",
                      "  dictonary: \"x.yml\" is under an unknown name; known: databases, environments, dictionary, job_classes, jars, worker, failover",
                      "  databases.main.shema: \"public\" is under an unknown name; known: url, endpoints, user, password, password_file,"
                          + " pooler, migration_url, gitlab_schemas, lock_gitlab_schemas, fallback, database_tasks, timeline_check, takeover",
                      "  databases: \"Geo-1\" is no name for a database; use lower-case letters, digits and _",
                      "  worker.slices: \"0\" is out of range; give 1 to 64",
                      "  worker.max_running: \"many\" is out of range; give 1 to 64",
                      "  worker.http: \"localhost:99999\" is no address; write a port, like 9464, 0.0.0.0:9464, or off",
                      "  databases.ci.gitlab_schemas: \"gitlab_ci\" is no list of names; write [gitlab_main, gitlab_shared]",
                      "  databases.main.url: \"mysql://app:***@db/shop\" is no address of PostgreSQL; write"
                          + " postgresql://user@host:5432/database",
                      "  databases.main.password: \"***\" is given beside password_file; keep one of them",
                      "  databases.main.database_tasks: \"perhaps\" is neither true nor false",
                      "  databases.ci.url: \"\" is missing; write postgresql://user@host:5432/database, or set BBM_CI_URL",
                      "  databases.Geo-1.password_file: \"absent\" cannot be read; create it with the password in it");
            });
  }

  @Test
  void takesEndpointsInsteadOfTheUrlAndAfterIt() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main:
            url: postgresql://a/app
            endpoints: [postgresql://b/app, postgresql://a/app]
          ci:
            user: app
            endpoints:
              - postgresql://a/app
              - postgresql://reader:x@b/app
            migration_url: postgresql://owner@a/app
        """);

    Settings settings = load(Map.of("BBM_CI_PASSWORD", "sesame"));

    assertThat(settings.database("main").endpoints())
        .extracting(Address::url)
        .containsExactly("jdbc:postgresql://a/app", "jdbc:postgresql://b/app");
    DatabaseSettings ci = settings.database("ci");
    Address second = new Address("jdbc:postgresql://b/app", "reader", new Secret("x"), Pooler.NONE);
    assertThat(ci.endpoints())
        .containsExactly(
            new Address("jdbc:postgresql://a/app", "app", new Secret("sesame"), Pooler.NONE),
            second);
    assertThat(ci.at(ci.address()).forMigrations().user()).isEqualTo("owner");
    assertThat(ci.at(second).endpoints()).containsExactly(second);
    assertThat(ci.at(second).forMigrations()).isEqualTo(ci.at(second));
  }

  @Test
  void putsTheAddressOfTheEnvironmentBeforeTheEndpoints() throws IOException {
    write("bbm.yml", "databases: {main: {endpoints: [postgresql://b/app]}}");

    assertThat(load(Map.of("BBM_MAIN_URL", "postgresql://app@c/app")).database("main").endpoints())
        .extracting(Address::url, Address::user)
        .containsExactly(
            tuple("jdbc:postgresql://c/app", "app"), tuple("jdbc:postgresql://b/app", "app"));
  }

  @Test
  void refusesEndpointsThatAreNoneAndHidesTheirPasswords() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main: {endpoints: 'postgresql://app:secret@a/app'}
          ci: {endpoints: [postgresql://a/app, 'mysql://app:secret@b/app'], takeover: later}
        """);

    assertThatThrownBy(() -> load(Map.of()))
        .message()
        .contains(
            "databases.main.endpoints: \"postgresql://app:***@a/app\" is no list of addresses;"
                + " write [postgresql://db-1/app, postgresql://db-2/app]",
            "databases.ci.endpoints: \"mysql://app:***@b/app\" is no address of PostgreSQL; write",
            "databases.ci.takeover: \"later\" is no way to follow a promotion; write automatic or manual")
        .doesNotContain("secret");
  }

  @Test
  void saysWhatToDoWhenNothingIsConfigured() {
    assertThatThrownBy(() -> load(Map.of()))
        .hasMessage(
            "no database is configured: there is no bbm.yml here, no BBM_MAIN_URL, and no running ./bbm demo")
        .isInstanceOfSatisfying(
            ApplicationException.class,
            thrown ->
                assertThat(thrown.hint())
                    .contains(
                        "export BBM_MAIN_URL=postgresql://app@db/shop, then ./bbm init; or ./bbm demo; or ./bbm worker, which starts servers of its own"));
  }

  @Test
  void refusesANamedFileThatIsAbsent() {
    assertThatThrownBy(
            () -> loader(Map.of("BBM_MAIN_URL", "postgresql://db/a")).load(Path.of("other.yml")))
        .hasMessage(
            "--config: \"%s\" is no file; give the path of a bbm.yml"
                .formatted(folder.resolve("other.yml")));
  }

  @Test
  void namesTheLineThatIsNoYaml() throws IOException {
    write("bbm.yml", "databases:\n  main: {url: a\nworker: 1\n");

    assertThatThrownBy(() -> load(Map.of("BBM_MAIN_URL", "postgresql://db/a")))
        .hasMessageStartingWith("%s: \"line 3\" is no YAML: ".formatted(folder.resolve("bbm.yml")));
  }

  @Test
  void prefersTheEnvironmentToTheFile() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main: {url: "postgresql://file:filepw@filehost/shop", gitlab_schemas: [gitlab_main, gitlab_ci]}
        """);

    DatabaseSettings main =
        load(Map.of(
                "BBM_MAIN_URL", "postgresql://envhost/shop",
                "BBM_MAIN_USER", "env",
                "BBM_MAIN_PASSWORD", "envpw"))
            .database("main");

    assertThat(main.url()).isEqualTo("jdbc:postgresql://envhost/shop");
    assertThat(main.user()).isEqualTo("env");
    assertThat(main.password()).isEqualTo(new Secret("envpw"));
    assertThat(main.gitlabSchemas()).containsExactly("gitlab_main", "gitlab_ci");
  }

  @Test
  void keepsOfTheFileWhatTheEnvironmentLeavesOut() throws IOException {
    write(
        "bbm.yml",
        "databases: {main: {url: postgresql://filehost/shop, user: file, password: pw}}");

    DatabaseSettings main =
        load(Map.of("BBM_MAIN_URL", "postgresql://envhost/shop")).database("main");

    assertThat(main.user()).isEqualTo("file");
    assertThat(main.password()).isEqualTo(new Secret("pw"));
  }

  @Test
  void readsAPasswordFromTheFileThatTheEnvironmentNames() throws IOException {
    write("pw", "hidden\n");

    assertThat(
            load(Map.of("BBM_MAIN_URL", "postgresql://db/shop", "BBM_MAIN_PASSWORD_FILE", "pw"))
                .database("main")
                .password())
        .isEqualTo(new Secret("hidden"));
  }

  @Test
  void givesMainEverySchemaThatNoOtherDatabaseHas() throws IOException {
    write("db/gitlab_schemas.yml", "a: gitlab_pm\nb: gitlab_ci\nc: gitlab_main\n");

    Settings settings =
        load(Map.of("BBM_MAIN_URL", "postgresql://db/a", "BBM_CI_URL", "postgresql://db/b"));

    assertThat(settings.database("main").gitlabSchemas())
        .containsExactly("gitlab_main", "gitlab_shared", "gitlab_pm");
    assertThat(settings.database("ci").gitlabSchemas())
        .containsExactly("gitlab_ci", "gitlab_shared");
  }

  @Test
  void givesTheOnlyDatabaseEverySchema() throws IOException {
    write("db/gitlab_schemas.yml", "a: gitlab_pm\nb: gitlab_ci\n");

    assertThat(load(Map.of("BBM_SHOP_URL", "postgresql://db/a")).database("shop").gitlabSchemas())
        .containsExactly("gitlab_main", "gitlab_shared", "gitlab_ci", "gitlab_pm");
  }

  @Test
  void servesTheSchemasOfADatabaseThatIsNotConfiguredByItsFallback() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main: {gitlab_schemas: [gitlab_main, gitlab_shared]}
          ci: {gitlab_schemas: [gitlab_ci, gitlab_shared], fallback: main}
          sec: {fallback: ci}
        """);
    var single = Map.of("BBM_MAIN_URL", "postgresql://db/a");
    var two = Map.of("BBM_MAIN_URL", "postgresql://db/a", "BBM_CI_URL", "postgresql://db/b");

    assertThat(load(single).databases()).hasSize(1);
    assertThat(load(single).database("main").gitlabSchemas())
        .containsExactly("gitlab_main", "gitlab_shared", "gitlab_ci", "gitlab_sec");
    assertThat(load(two).database("main").gitlabSchemas())
        .containsExactly("gitlab_main", "gitlab_shared");
    assertThat(load(two).database("ci").gitlabSchemas())
        .containsExactly("gitlab_ci", "gitlab_shared", "gitlab_sec");
  }

  @Test
  void refusesAFallbackThatLeadsNowhere() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main: {url: postgresql://db/a}
          ci: {fallback: geo}
          a: {fallback: b}
          b: {fallback: a}
        """);

    assertThatThrownBy(() -> load(Map.of()))
        .hasMessage(
            """
            3 problems:
              databases.ci.fallback: "geo" is no configured database; configured: main
              databases.a.fallback: "b" leads in a circle; name a database that has a url
              databases.b.fallback: "a" leads in a circle; name a database that has a url\
            """);
  }

  @Test
  void refusesASchemaThatTwoDatabasesServe() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main: {url: postgresql://db/a, gitlab_schemas: [gitlab_main, gitlab_ci, gitlab_shared_org, gitlab_internal]}
          ci: {url: postgresql://db/b, gitlab_schemas: [gitlab_ci, gitlab_shared_org, gitlab_internal]}
        """);

    assertThatThrownBy(() -> load(Map.of()))
        .hasMessage(
            "databases.ci.gitlab_schemas: \"gitlab_ci\" is served by database main already; keep it in one of them");
  }

  @Test
  void refusesASchemaThatGitlabsFilesDoNotKnow() throws IOException {
    write("db/gitlab_schemas/gitlab_main.yaml", "name: gitlab_main\n");
    write("db/gitlab_schemas/gitlab_ci.yaml", "name: gitlab_ci\n");
    write(
        "bbm.yml",
        "databases: {main: {url: postgresql://db/a, gitlab_schemas: [gitlab_mian], lock_gitlab_schemas: [gitlab_cy]}}");

    assertThatThrownBy(() -> load(Map.of()))
        .hasMessage(
            """
            2 problems:
              databases.main.gitlab_schemas: "gitlab_mian" is no gitlab_schema; known by db/gitlab_schemas: gitlab_ci, gitlab_main
              databases.main.lock_gitlab_schemas: "gitlab_cy" is no gitlab_schema; known by db/gitlab_schemas: gitlab_ci, gitlab_main\
            """);
  }

  @Test
  void refusesAnUnknownPooler() throws IOException {
    write("bbm.yml", "databases: {main: {url: postgresql://db/a, pooler: pgbouncer}}");

    assertThatThrownBy(() -> load(Map.of()))
        .hasMessage(
            "databases.main.pooler: \"pgbouncer\" is no kind of pooler; write transaction, or none for any other");
  }

  @Test
  void migratesByItsOwnAddressWithTheUsualRole() {
    DatabaseSettings main =
        load(Map.of(
                "BBM_MAIN_URL", "postgresql://app:sesame@pooler/shop",
                "BBM_MAIN_MIGRATION_URL", "postgresql://db/shop"))
            .database("main");

    assertThat(main.forMigrations().address())
        .isEqualTo(
            new Address("jdbc:postgresql://db/shop", "app", new Secret("sesame"), Pooler.NONE));
    assertThat(main.url()).isEqualTo("jdbc:postgresql://pooler/shop");
    assertThat(main.toString()).doesNotContain("sesame");
  }

  @Test
  void migratesByTheUsualAddressWithoutAnother() {
    DatabaseSettings main = load(Map.of("BBM_MAIN_URL", "postgresql://db/shop")).database("main");

    assertThat(main.forMigrations()).isSameAs(main);
  }

  @Test
  void readsGitlabsConnectionFiles() throws IOException {
    writeConnections();
    var single = Map.of("BBM_MAIN_URL", "postgresql://db/a");
    var two = Map.of("BBM_MAIN_URL", "postgresql://db/a", "BBM_CI_URL", "postgresql://db/b");
    var three =
        Map.of(
            "BBM_MAIN_URL", "postgresql://db/a",
            "BBM_CI_URL", "postgresql://db/b",
            "BBM_SEC_URL", "postgresql://db/c");

    assertThat(load(single).database("main").gitlabSchemas())
        .containsExactly(
            "gitlab_internal",
            "gitlab_shared",
            "gitlab_main",
            "gitlab_main_cell",
            "gitlab_ci",
            "gitlab_sec");
    assertThat(load(single).database("main").lockGitlabSchemas()).isEmpty();
    assertThat(load(two).database("main").gitlabSchemas())
        .containsExactly(
            "gitlab_internal", "gitlab_shared", "gitlab_main", "gitlab_main_cell", "gitlab_sec");
    assertThat(load(two).database("main").lockGitlabSchemas()).containsExactly("gitlab_ci");
    assertThat(load(two).database("main").fallback()).isNull();
    assertThat(load(two).database("ci").gitlabSchemas())
        .containsExactly("gitlab_internal", "gitlab_shared", "gitlab_ci");
    assertThat(load(two).database("ci").ownedSchemas())
        .containsExactly("gitlab_shared", "gitlab_ci");
    assertThat(load(two).database("ci").lockGitlabSchemas())
        .containsExactly("gitlab_main", "gitlab_main_cell", "gitlab_sec");
    assertThat(load(two).database("ci").fallback()).isEqualTo("main");
    assertThat(load(three).database("sec").gitlabSchemas())
        .containsExactly("gitlab_internal", "gitlab_shared", "gitlab_sec");
    assertThat(load(three).database("main").gitlabSchemas()).doesNotContain("gitlab_sec");
  }

  @Test
  void prefersItsOwnFileToGitlabsConnectionFiles() throws IOException {
    writeConnections();
    write(
        "bbm.yml",
        """
        databases:
          main: {url: postgresql://db/a}
          ci: {url: postgresql://db/b, gitlab_schemas: [gitlab_ci, gitlab_sec], lock_gitlab_schemas: [gitlab_main]}
          sec: {fallback: ci, gitlab_schemas: [gitlab_pm]}
        """);

    DatabaseSettings ci = load(Map.of()).database("ci");

    assertThat(ci.gitlabSchemas()).containsExactly("gitlab_ci", "gitlab_sec", "gitlab_pm");
    assertThat(ci.lockGitlabSchemas()).containsExactly("gitlab_main");
  }

  @Test
  void namesTheConnectionFileThatIsWrong() throws IOException {
    write("db/database_connections/ci.yaml", "name: ci\ngitlab_schemas: gitlab_ci\n");
    write(
        "db/database_connections/geo.yaml",
        "name: geo\ngitlab_schemas: [gitlab_geo]\nfallback_database: mian\n");
    write(
        "db/database_connections/main.yaml",
        "name: main\ngitlab_schemas: [gitlab_main, gitlab_ci]\n");
    write("db/database_connections/x.yaml", "description: nameless\n");

    assertThatThrownBy(() ->
            load(Map.of("BBM_MAIN_URL", "postgresql://db/a", "BBM_CI_URL", "postgresql://db/b")))
        .hasMessage(
            """
            4 problems:
              %1$s/ci.yaml: gitlab_schemas: "gitlab_ci" is no list of names; write [gitlab_main, gitlab_shared]
              %1$s/x.yaml: name: "" is missing; write the name of the database
              %1$s/geo.yaml: fallback_database: "mian" is no configured database; configured: main, ci
              %1$s/ci.yaml: gitlab_schemas: "gitlab_ci" is served by database main already; keep it in one of them\
            """
                .formatted(folder.resolve("db/database_connections")));
  }

  private void writeConnections() throws IOException {
    write(
        "db/database_connections/main.yaml",
        """
        name: main
        description: Main GitLab database holding all projects, issues, etc.
        gitlab_schemas:
          - gitlab_internal
          - gitlab_shared
          - gitlab_main
          - gitlab_main_cell
        lock_gitlab_schemas:
          - gitlab_ci
          - gitlab_sec
        # a comment
        klass: ActiveRecord::Base
        uses_load_balancing: true
        """);
    write(
        "db/database_connections/ci.yaml",
        """
        name: ci
        gitlab_schemas:
          - gitlab_internal
          - gitlab_shared
          - gitlab_ci
        lock_gitlab_schemas:
          - gitlab_main
          - gitlab_main_cell
          - gitlab_sec
        klass: Ci::ApplicationRecord
        fallback_database: main
        """);
    write(
        "db/database_connections/sec.yaml",
        """
        name: sec
        gitlab_schemas:
          - gitlab_internal
          - gitlab_shared
          - gitlab_sec
        fallback_database: main
        """);
  }

  @Test
  void takesTheChosenEnvironmentOverTheRest() throws IOException {
    writeEnvironments();

    Settings staging = loader(Map.of()).load(null, "staging");
    Settings production = load(Map.of("BBM_ENV", "production"));

    assertThat(staging.databases()).hasSize(1);
    assertThat(staging.database("main").url()).isEqualTo("jdbc:postgresql://staging/shop");
    assertThat(staging.database("main").user()).isEqualTo("app");
    assertThat(staging.worker()).isEqualTo(new WorkerOptions(2, 8));
    assertThat(production.databases()).hasSize(2);
    assertThat(production.database("ci").databaseTasks()).isTrue();
    assertThat(production.worker()).isEqualTo(new WorkerOptions(1, 8));
    assertThat(loader(Map.of("BBM_ENV", "production")).load(null, "staging").databases())
        .isEqualTo(staging.databases());
  }

  @Test
  void refusesAnEnvironmentThatIsNotThereOrNotGiven() throws IOException {
    assertThatThrownBy(() -> loader(Map.of("BBM_MAIN_URL", "postgresql://db/a")).load(null, "prod"))
        .hasMessage(
            "--env: \"prod\" is no environment: bbm.yml has none; leave --env and BBM_ENV out");
    writeEnvironments();

    assertThatThrownBy(() -> loader(Map.of()).load(null, "prod"))
        .hasMessageContaining(
            "--env: \"prod\" is no environment of bbm.yml; give one of staging, production");
    assertThatThrownBy(() -> load(Map.of()))
        .hasMessageContaining(
            "--env: \"\" is no environment of bbm.yml; give one of staging, production");
  }

  @Test
  void namesAProblemByItsPlaceInTheEnvironment() throws IOException {
    write(
        "bbm.yml",
        """
        databases: {main: {url: postgresql://db/a, pooler: none}}
        environments:
          test:
            databases: {main: {pooler: odd}}
            wroker: {slices: 1}
            environments: {}
        """);

    assertThatThrownBy(() -> loader(Map.of()).load(null, "test"))
        .hasMessage(
            """
            3 problems:
              environments.test.wroker: "{slices=1}" is under an unknown name; known: databases, dictionary, job_classes, jars, worker, failover
              environments.test.environments: "{}" is under an unknown name; known: databases, dictionary, job_classes, jars, worker, failover
              environments.test.databases.main.pooler: "odd" is no kind of pooler; write transaction, or none for any other\
            """);
  }

  private void writeEnvironments() throws IOException {
    write(
        "bbm.yml",
        """
        databases:
          main: {user: app, gitlab_schemas: [gitlab_main, gitlab_shared]}
          ci: {user: app, gitlab_schemas: [gitlab_ci, gitlab_shared], fallback: main}
        worker: {slices: 1, max_running: 8}
        environments:
          staging:
            databases:
              main: {url: postgresql://staging/shop}
            worker: {slices: 2}
          production:
            databases:
              main: {url: postgresql://db/shop}
              ci: {url: postgresql://ci-db/shop_ci}
        """);
  }

  @Test
  void findsTheDictionaryWhereGitlabKeepsIt() throws IOException {
    write("db/docs/orders.yml", "table_name: orders\ngitlab_schema: gitlab_pm\n");
    var main = Map.of("BBM_MAIN_URL", "postgresql://db/a");

    assertThat(load(main).dictionary()).isEqualTo(folder.resolve("db/docs"));
    assertThat(load(main).database("main").gitlabSchemas())
        .containsExactly("gitlab_main", "gitlab_shared", "gitlab_pm");

    write("db/gitlab_schemas.yml", "orders: gitlab_main\n");
    assertThatThrownBy(() -> load(main))
        .hasMessage(
            "dictionary: \"\" is not given, and db/docs and db/gitlab_schemas.yml are both there; name one of them");

    write("bbm.yml", "dictionary: db\n");
    assertThat(load(main).dictionary()).isEqualTo(folder.resolve("db/docs"));
    write("bbm.yml", "dictionary: db/doc\n");
    assertThatThrownBy(() -> load(main))
        .hasMessage(
            "dictionary: \"%s\" is neither a folder that is there nor the name of a .yml file; write db, for example"
                .formatted(folder.resolve("db/doc")));
  }

  @Test
  void takesTheDatabasesOfTheEmbeddedInstanceWhenNothingIsConfigured() throws IOException {
    writeRunFile();

    Settings settings = load(Map.of());

    assertThat(settings.databases())
        .containsExactly(embedded("main", "gitlab_main"), embedded("ci", "gitlab_ci"));
    assertThat(settings.embeddedTemporal()).isEqualTo("127.0.0.1:7233");
    assertThat(settings.embedded()).isTrue();
  }

  @Test
  void prefersConfiguredDatabasesToTheEmbeddedInstance() throws IOException {
    writeRunFile();

    Settings settings = load(Map.of("BBM_MAIN_URL", "postgresql://db/a"));

    assertThat(settings.databases()).hasSize(1);
    assertThat(settings.embedded()).isFalse();
  }

  @Test
  void showsNoPassword() {
    assertThat(load(Map.of("BBM_MAIN_URL", "postgresql://app:sesame@db/shop")).toString())
        .doesNotContain("sesame");
  }

  private static DatabaseSettings embedded(String name, String schema) {
    return new DatabaseSettings(
        name,
        "jdbc:postgresql://127.0.0.1:5432/" + name,
        "bbm",
        new Secret("pw"),
        List.of(schema, "gitlab_shared"),
        true,
        true,
        2);
  }

  private void writeRunFile() throws IOException {
    var self = ProcessHandle.current();
    write(
        ".bbm/embedded.yml",
        """
        pid: %d
        started_at: '%s'
        databases:
          ci: {jdbc_url: 'jdbc:postgresql://127.0.0.1:5432/ci?user=bbm&password=pw', uri: 'postgresql://bbm:pw@127.0.0.1:5432/ci'}
          main: {jdbc_url: 'jdbc:postgresql://127.0.0.1:5432/main?user=bbm&password=pw', uri: 'postgresql://bbm:pw@127.0.0.1:5432/main'}
        temporal: {target: '127.0.0.1:7233', kind: DEV_SERVER}
        """
            .formatted(self.pid(), self.info().startInstant().orElse(Instant.EPOCH)));
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(Objects.requireNonNull(path.getParent()));
    Files.writeString(path, text);
  }

  private ConfigurationLoader loader(Map<String, String> variables) {
    return new ConfigurationLoader(new Surroundings(variables, folder));
  }

  private Settings load(Map<String, String> variables) {
    return loader(variables).load(null);
  }
}
