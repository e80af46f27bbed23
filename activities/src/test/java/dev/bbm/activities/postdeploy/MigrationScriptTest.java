package dev.bbm.activities.postdeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bbm.workflows.failure.ApplicationException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the text of a file shows before anything runs. */
final class MigrationScriptTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          restrict_gitlab_migraton: gitlab_ci | CREATE TABLE a () | the header "restrict_gitlab_migraton" is unknown; known are restrict_gitlab_migration, disable_ddl_transaction, ensure_finished, superseded_by
          restrict_gitlab_migration: gitlab_cii | UPDATE ci_builds SET n = 1 | the gitlab_schema "gitlab_cii" of the header "restrict_gitlab_migration" is unknown; known are gitlab_ci, gitlab_internal, gitlab_main, gitlab_shared
          restrict_gitlab_migration: | UPDATE ci_builds SET n = 1 | the header "restrict_gitlab_migration" has no value; give it one or leave the line out
          disable_ddl_transaction: yes | CREATE TABLE a () | the header "disable_ddl_transaction" must be true or false, not "yes"
          superseded_by: 77 | CREATE TABLE a () | the header "superseded_by" names version "77", of which there is no other file
          superseded_by: 2 | CREATE TABLE a () | the header "superseded_by" names version "2", of which there is no other file
          ensure_finished: {job_class: X, table: ci_builds} | CREATE TABLE a () | the header "ensure_finished" needs the header "restrict_gitlab_migration", which says where the batched migration runs
          ensure_finished: X | CREATE TABLE a () | the header "ensure_finished" must be written as {job_class: BackfillOrdersCurrency, table: orders, column: id, arguments: [], finalize: true}, not "X"
          ensure_finished: {job_class: X | CREATE TABLE a () | the header "ensure_finished" must be written as {job_class: BackfillOrdersCurrency, table: orders, column: id, arguments: [], finalize: true}, not "{job_class: X"
          ensure_finished: {table: t} | CREATE TABLE a () | the header "ensure_finished: {table: t}" lacks job_class; write it as {job_class: BackfillOrdersCurrency, table: orders, column: id, arguments: [], finalize: true}
          ensure_finished: {job_class: X, table: t, tabel: u} | CREATE TABLE a () | the header "ensure_finished: {job_class: X, table: t, tabel: u}" has the unknown key "tabel"; known are job_class, table, column, arguments, finalize
          ensure_finished: {job_class: X, table: t, arguments: id} | CREATE TABLE a () | the header "ensure_finished: {job_class: X, table: t, arguments: id}" needs arguments as a list, like [id, new_id]
          ensure_finished: {job_class: X, table: t, finalize: soon} | CREATE TABLE a () | the header "ensure_finished: {job_class: X, table: t, finalize: soon}" needs finalize: true or finalize: false
          a remark | | there is no statement; write one, or delete the file
          a remark | CREATE INDEX CONCURRENTLY i ON routes (n) | statement 1 (line 2: CREATE INDEX CONCURRENTLY i ON routes (n)) cannot run in a transaction; write "-- disable_ddl_transaction: true" at the top, and keep the file to what needs it
          a remark | BEGIN; CREATE TABLE a (); COMMIT | statement 1 (line 2: BEGIN) begins or ends a transaction, which bbm does itself; leave it out, the file is one transaction
          a remark | COPY routes FROM STDIN | statement 1 (line 2: COPY routes FROM STDIN) is for psql; write it in SQL alone
          a remark | \\i other.sql | statement 1 (line 2: \\i other.sql) is for psql; write it in SQL alone
          a remark | CREATE TABLE a (); SELECT 'open | the string that begins with 'open has no end
          a remark | CREATE TABLE a (); -- restrict_gitlab_migration: gitlab_ci | the header "restrict_gitlab_migration" stands below a statement; move it to the top of the file
          """)
  void refusesTheFile(String header, String sql, String sentence) {
    assertThatExceptionOfType(ApplicationException.class)
        .isThrownBy(() ->
            check("-- %s\n%s\n".formatted(header, sql == null ? "" : sql.replace("; --", ";\n--"))))
        .withMessage("migrate/2_x.sql: " + sentence)
        .satisfies(refusal -> assertThat(refusal.code().exitCode().code()).isEqualTo(2));
  }

  @Test
  void refusesAHeaderGivenTwice() {
    assertThatExceptionOfType(ApplicationException.class)
        .isThrownBy(() ->
            check(
                "-- restrict_gitlab_migration: gitlab_ci\n-- restrict_gitlab_migration: gitlab_main\nSELECT 1"))
        .withMessage(
            "migrate/2_x.sql: the header \"restrict_gitlab_migration\" is given twice; keep one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP INDEX CONCURRENTLY i",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (n)",
        "REINDEX (CONCURRENTLY) INDEX i",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "VACUUM t",
        "CREATE DATABASE d",
        "ALTER SYSTEM SET work_mem = '1MB'",
      })
  void knowsWhatRunsOnlyOutsideTransactions(String sql) {
    assertThat(parse(sql).statements())
        .singleElement()
        .matches(Statement::runsOnlyOutsideTransactions);
  }

  @Test
  void refreshesConcurrentlyWithinATransaction() {
    assertThat(parse("REFRESH MATERIALIZED VIEW CONCURRENTLY v").statements())
        .singleElement()
        .matches(it -> !it.runsOnlyOutsideTransactions());
  }

  @Test
  void cutsWherePsqlCuts() {
    var script =
        parse(
            """
            -- a remark; with a semicolon
            CREATE FUNCTION f() RETURNS integer LANGUAGE sql
            BEGIN ATOMIC
              SELECT CASE WHEN true THEN 1 END;
              SELECT 2;
            END;
            CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);
            DO $x$ BEGIN PERFORM ';'; END $x$; ; /* ; */
            SELECT ';', "a;b", E'\\';'
            """);

    assertThat(script.statements()).extracting(Statement::line).containsExactly(2, 7, 8, 9);
    assertThat(script.statements().getLast().text()).isEqualTo("SELECT ';', \"a;b\", E'\\';'");
  }

  @Test
  void countsTheSameLinesWhateverEndsThem() {
    assertThat(parse("SELECT 1;\r\nSELECT 2;").statements())
        .extracting(Statement::line)
        .containsExactly(1, 2);
  }

  private static MigrationScript parse(String sql) {
    return new MigrationFile("2", "x", "2_x.sql", false, sql, 0).parse();
  }

  private static void check(String sql) {
    parse(sql)
        .check(
            Set.of("gitlab_main", "gitlab_ci", "gitlab_shared", "gitlab_internal"),
            Set.of("1", "2"));
  }
}
