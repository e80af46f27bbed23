package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.database.BbmSchema;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One table of cases for both forms of the rules: Java's and SQL's. */
final class DictionaryRulesTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(BbmSchema::install);

  @TempDir static Path folder;

  private static Dictionary dictionary;

  @BeforeAll
  static void write() throws IOException {
    table("", "users", "gitlab_main");
    table("", "sprints", "gitlab_main");
    table("", "sprints_2", "gitlab_sec");
    table("", "p_ci_builds", "gitlab_ci");
    table("", "ci_refs", "gitlab_ci");
    table("", "p_ci_refs", "gitlab_main");
    table("", "columns", "gitlab_main");
    table("", "loose_foreign_keys_deleted_records", "gitlab_shared");
    table("", "pg_extras", "gitlab_main");
    table("", "Mixed", "gitlab_main");
    table("", "dot.users", "gitlab_pm");
    view("views", "active_users", "gitlab_main_cell");
    table("deleted_tables", "ci_builds_old", "gitlab_ci");
    table("deleted_tables", "users", "gitlab_ci");
    view("deleted_views", "diffs_view", "gitlab_pm");
    table("batched_background_migrations", "ignored", "gitlab_main");
    for (String schema :
        List.of(
            "gitlab_main",
            "gitlab_main_cell",
            "gitlab_ci",
            "gitlab_sec",
            "gitlab_pm",
            "gitlab_shared")) {
      file("db/gitlab_schemas/" + schema + ".yaml", "name: %s\ndescription: x\n".formatted(schema));
    }
    dictionary = Dictionary.read(folder.resolve("db"));
    register();
  }

  private static void register() {
    var settings =
        new DatabaseSettings(
            "main", postgres.url(), "", new Secret(""), List.of("gitlab_main"), true, true, 1);
    try (var database = OpenDatabase.of(settings, "test", List.of())) {
      var loader = DictionaryRulesTest.class.getClassLoader();
      new Registration(dictionary, "db/docs", JobClasses.load(folder.resolve("none"), loader))
          .writeTo(database);
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // a table that exists, with its partitions
        "users,                                  gitlab_main,      table",
        "public.users,                           gitlab_main,      table",
        "Mixed,                                  gitlab_main,      table",
        "dot.users,                              gitlab_pm,        table",
        "mixed,                                  -,                -",
        "active_users,                           gitlab_main_cell, table",
        "loose_foreign_keys_deleted_records_1,   gitlab_shared,    partition number",
        "gitlab_partitions_dynamic.users_202511, gitlab_main,      partition number",
        "users_x,                                -,                -",
        "users_1_2,                              -,                -",
        "sprints_2,                              gitlab_sec,       table",
        "sprints_3,                              gitlab_main,      partition number",
        "columns,                                gitlab_main,      table",
        // one that is gone
        "ci_builds_old,                          gitlab_ci,        deleted table",
        "ci_builds_old_7,                        gitlab_ci,        deleted table",
        "diffs_view_2,                           gitlab_pm,        deleted table",
        "ignored,                                -,                -",
        // partitions of CI
        "ci_builds,                              gitlab_ci,        ci partition",
        "ci_builds_101,                          gitlab_ci,        ci partition",
        "gitlab_partitions_dynamic.ci_builds_1,  gitlab_ci,        ci partition",
        "p_ci_builds,                            gitlab_ci,        table",
        "ci_refs,                                gitlab_ci,        table",
        "ci_builds_metadata,                     -,                -",
        "xci_builds,                             -,                -",
        // PostgreSQL's own and bbm's own
        "information_schema.columns,             gitlab_internal,  system schema",
        "pg_catalog.pg_class,                    gitlab_internal,  system schema",
        "bbm.batched_background_migrations,      gitlab_internal,  system schema",
        "batched_background_migrations,          -,                -",
        "pg_class,                               gitlab_internal,  pg_ prefix",
        "public.pg_stat_statements,              gitlab_internal,  pg_ prefix",
        "pg_extras,                              gitlab_main,      table",
        "pgbench,                                -,                -",
        // tables of tests
        "_test_gitlab_main_t,                    gitlab_main,      test prefix",
        "_test_gitlab_main_cell_t,               gitlab_main_cell, test prefix",
        "_test_gitlab_ci_t_1,                    gitlab_ci,        test prefix",
        "_test_gitlab_geo_t,                     gitlab_geo,       test prefix",
        "_test_gitlab_ci,                        gitlab_shared,    test prefix",
        "_test_anything,                         gitlab_shared,    test prefix",
        "public._test_t,                         gitlab_shared,    test prefix",
        "a_test_t,                               -,                -",
        // no table at all
        "'',                                     -,                -",
        "nobody,                                 -,                -",
        "public.,                                -,                -",
        "'or\"ders; DROP',                       -,                -",
      })
  void areTheSameInJavaAndSql(String table, String schema, String rule) throws SQLException {
    String expected = schema == null ? "-" : schema + " by " + rule;

    assertThat(
            dictionary
                .find(table)
                .map(it -> it.gitlabSchema() + " by " + it.rule().words())
                .orElse("-"))
        .isEqualTo(expected);
    try (var session = new TestSession(postgres)) {
      assertThat(
              session.one(
                  "SELECT coalesce((SELECT c.gitlab_schema || ' by ' || c.rule FROM bbm.classify_table(?) AS c), '-')",
                  table))
          .isEqualTo(expected);
      assertThat(session.one("SELECT coalesce(bbm.schema_of_table(?), '-')", table))
          .isEqualTo(schema == null ? "-" : schema);
    }
  }

  @Test
  void sayTheSameOfATableThatIsNotClassified() throws SQLException {
    try (var session = new TestSession(postgres)) {
      assertThat(session.one("SELECT bbm.how_to_classify('public.orders')"))
          .isEqualTo(dictionary.howToClassify("public.orders", "db/docs"))
          .isEqualTo(
              "write \"table_name: orders\" and \"gitlab_schema: gitlab_main\" (or another) into db/docs/orders.yml, then ./bbm init");
      session.run("UPDATE bbm.dictionary_source SET path = 'tables.yml', is_folder = false");
      assertThat(session.one("SELECT bbm.how_to_classify('public.orders')"))
          .isEqualTo(
              Dictionary.of(Path.of("tables.yml"), dictionary.existingSchemas())
                  .howToClassify("public.orders", "tables.yml"))
          .isEqualTo("add \"orders: gitlab_main\" (or another) to tables.yml, then ./bbm init");
    }
  }

  @Test
  void areWrittenAnewWhenTheDictionaryChanges() throws IOException, SQLException {
    table("", "moved", "gitlab_ci");
    dictionary = Dictionary.read(folder.resolve("db"));
    register();
    Files.delete(folder.resolve("db/docs/moved.yml"));
    table("deleted_tables", "moved", "gitlab_pm");
    dictionary = Dictionary.read(folder.resolve("db"));
    register();

    try (var session = new TestSession(postgres)) {
      assertThat(session.row("SELECT * FROM bbm.classify_table('moved')"))
          .isEqualTo("gitlab_pm, deleted table");
      session.run("DELETE FROM bbm.gitlab_schemas WHERE name = 'gitlab_pm'");
      session.run("INSERT INTO bbm.gitlab_schemas VALUES ('gitlab_gone')");
    }
    register();
    try (var session = new TestSession(postgres)) {
      assertThat(session.column("SELECT name FROM bbm.gitlab_schemas ORDER BY 1"))
          .containsExactlyElementsOf(dictionary.gitlabSchemas());
    }
  }

  private static void table(String kind, String name, String schema) throws IOException {
    file(
        "db/docs/%s/%s.yml".formatted(kind, name),
        """
        ---
        table_name: %s
        classes:
        - SomeClass
        feature_categories:
        - database
        description: 'What it holds, and: a colon'
        introduced_by_url: https://gitlab.com/gitlab-org/gitlab/-/merge_requests/1
        milestone: '15.1'
        gitlab_schema: %s
        sharding_key:
          project_id: projects
        """
            .formatted(name, schema));
  }

  private static void view(String kind, String name, String schema) throws IOException {
    file(
        "db/docs/%s/%s.yml".formatted(kind, name),
        "---\nview_name: %s\ngitlab_schema: %s\n".formatted(name, schema));
  }

  private static void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }
}
