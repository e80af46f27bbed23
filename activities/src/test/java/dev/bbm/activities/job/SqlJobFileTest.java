package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a SQL file may say, and the whole sentence when it may not. */
final class SqlJobFileTest {

  private static final String UPDATE = "UPDATE routes SET a = 1 WHERE ${subBatch}";

  @TempDir Path folder;

  @Test
  void readsEveryHeader() {
    SqlJobClass job =
        SqlJobFile.parse(
            "job.sql",
            """
            -- Copies the source of a route.
            -- job_class: ::Gitlab::BackgroundMigration::BackfillRouteNamespaceId
            -- operation: backfill
            -- feature_category: source_code_management
            -- arguments: copy_from identifier, factor   integer,
            --   doc json
            -- scope: source_type <> 'UnusedType'
            --   AND (namespace_id IS NULL)
            -- strategy: PrimaryKeyBatchingStrategy
            -- alias: R
            -- touches: gitlab_ci read, gitlab_sec read
            -- verify: SELECT id FROM routes WHERE namespace_id IS NULL

            UPDATE routes AS R -- the index: routes_pkey
               SET namespace_id = source_id
             WHERE ${subBatch};
            """);

    assertThat(job.statement())
        .isEqualTo(
            """
            UPDATE routes AS R -- the index: routes_pkey
               SET namespace_id = source_id
             WHERE ${subBatch}\
            """);
    JobClassDefinition definition = job.definition();
    assertThat(definition.name()).isEqualTo("BackfillRouteNamespaceId");
    assertThat(definition.operation()).isEqualTo("backfill");
    assertThat(definition.featureCategory()).isEqualTo("source_code_management");
    assertThat(definition.argumentList())
        .isEqualTo("copy_from identifier, factor integer, doc json");
    assertThat(definition.scope())
        .isEqualTo("source_type <> 'UnusedType' AND (namespace_id IS NULL)");
    assertThat(definition.alias()).isEqualTo("r");
    assertThat(definition.touches()).containsExactly("gitlab_ci read", "gitlab_sec read");
    assertThat(definition.verify()).isEqualTo("SELECT id FROM routes WHERE namespace_id IS NULL");
    assertThat(definition.hash()).matches("[0-9a-f]{16}");
    assertThat(definition.kind()).isEqualTo("sql");
    assertThat(definition.source()).isEqualTo("job.sql");
  }

  @Test
  void hasGitLabsDefaults() {
    JobClassDefinition definition = parse(UPDATE).definition();

    assertThat(definition.operation()).isEqualTo("update_all");
    assertThat(definition.featureCategory()).isEqualTo("database");
    assertThat(definition.strategy()).isEqualTo("PrimaryKeyBatchingStrategy");
    assertThat(definition.arguments()).isEmpty();
    assertThat(definition.touches()).isEmpty();
    assertThat(definition.scope()).isNull();
    assertThat(definition.alias()).isNull();
    assertThat(definition.verify()).isNull();
  }

  @Test
  void keepsAQuotedAliasAsItIs() {
    assertThat(parse("-- alias: \"My \"\"R\"\n" + UPDATE).definition().alias()).isEqualTo("My \"R");
  }

  @Test
  void namesArgumentsApartFromTheCallersOwnParameters() {
    String statement =
        parse(
                """
                -- arguments: copy_to identifier, factor integer, doc json
                UPDATE ${table} SET ${ copy_to } = #{factor}, d = #{doc}, e = d ? 'x' WHERE ${subBatch}
                """)
            .statement();

    assertThat(statement)
        .isEqualTo(
            "UPDATE ${table} SET ${argument_copy_to} = #{argument_factor}::bigint,"
                + " d = #{argument_doc}::jsonb, e = d ?? 'x' WHERE ${subBatch}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        UPDATE,
        UPDATE + ";",
        UPDATE + " ; ; -- done;",
        "\uFEFF-- operation: x\n" + UPDATE,
        "update routes set a = ';' where ${subBatch}",
        "UPDATE routes SET a = $$; DROP TABLE routes;$$ WHERE ${subBatch}",
        "UPDATE routes SET \"a;\" = 1 /* ; */ WHERE ${subBatch}",
        "DELETE FROM routes WHERE ${subBatch}",
        "INSERT INTO t SELECT id FROM routes WHERE ${subBatch} ON CONFLICT DO NOTHING",
        "MERGE INTO t USING routes ON t.id = routes.id AND ${subBatch} WHEN MATCHED THEN DELETE",
        "WITH a AS (SELECT 1) UPDATE routes SET a = 1 WHERE ${subBatch}",
        "WITH a AS (DELETE FROM routes WHERE ${subBatch} RETURNING id) INSERT INTO t SELECT id FROM a"
      })
  void acceptsOneStatementThatChangesRows(String sql) {
    assertThat(parse(sql).statement()).contains("${subBatch}").doesNotEndWith(";");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(
            "-- scoope: a = 1\n" + UPDATE,
            "the header \"scoope\" is unknown; known are job_class, operation, feature_category,"
                + " arguments, scope, strategy, alias, touches, verify"),
        refusal(
            "-- Scope: a = 1\n" + UPDATE,
            "the header \"Scope\" is unknown; known are job_class, operation, feature_category,"
                + " arguments, scope, strategy, alias, touches, verify"),
        refusal(
            "-- scope: a\n\n--   scope: b\n" + UPDATE,
            "the header \"scope\" is given twice; keep one"),
        refusal(
            "-- scope:\n" + UPDATE,
            "the header \"scope\" has no value; give it one or leave the line out"),
        refusal(
            "-- strategy: LooseIndexScanBatchingStrategy\n" + UPDATE,
            "the strategy \"LooseIndexScanBatchingStrategy\" is not supported; leave it out or"
                + " write PrimaryKeyBatchingStrategy"),
        refusal(
            "-- touches: gitlab_ci write\n" + UPDATE,
            "touches \"gitlab_ci write\" needs two databases; a job class that writes to a second one is written in Java"),
        refusal(
            "-- touches: gitlab_ci\n" + UPDATE,
            "touches \"gitlab_ci\" must be a gitlab_schema with read or write, like gitlab_ci"
                + " read"),
        refusal(
            "-- alias: r, s\n" + UPDATE,
            "the alias \"r, s\" must be one name, as the statement writes it"),
        refusal(
            "-- arguments: factor\n" + UPDATE,
            "the argument \"factor\" must be a name and a type, like copy_from identifier"),
        refusal(
            "-- arguments: factor float\n" + UPDATE,
            "the type \"float\" of the argument \"factor\" is unknown; known are text, integer,"
                + " boolean, numeric, identifier, json"),
        refusal(
            "-- arguments: Factor integer\n" + UPDATE,
            "the argument name \"Factor\" must be lower-case letters, digits and _, like"
                + " copy_from"),
        refusal(
            "-- arguments: table identifier\n" + UPDATE,
            "the argument name \"table\" is taken: ${table} is the migration's table; choose"
                + " another"),
        refusal(
            "-- arguments: a text, a text\n" + UPDATE,
            "the argument \"a\" is declared twice; rename one"),
        refusal(
            "-- scope: a = ${b}\n" + UPDATE,
            "the scope \"a = ${b}\" has the placeholder ${b}; arguments are not supported in a"
                + " scope, so write the value itself"),
        refusal(
            "-- scope: a = 1 -- b\n" + UPDATE,
            "the scope \"a = 1 -- b\" has a semicolon or a comment; write one condition"),
        refusal(
            "-- scope: a = 1; DELETE FROM b\n" + UPDATE,
            "the scope \"a = 1; DELETE FROM b\" has a semicolon or a comment; write one condition"),
        refusal(
            "-- scope: a = 1) OR (b = 2\n" + UPDATE,
            "the parentheses of the scope \"a = 1) OR (b = 2\" do not match"),
        refusal(
            "-- verify: DELETE FROM routes\n" + UPDATE,
            "the header \"verify\" must be one SELECT, not \"DELETE FROM routes\""),
        refusal(
            "-- verify: SELECT id FROM routes WHERE ${subBatch}\n" + UPDATE,
            "the header \"verify\" has ${subBatch}; it is about the whole table, so leave it out"),
        refusal(
            "UPDATE routes SET a = 1",
            "the statement has no ${subBatch}; put it where the range of keys belongs, as in WHERE"
                + " ${subBatch}"),
        refusal(
            "UPDATE routes SET a = ${colour} WHERE ${subBatch}",
            "${colour} is no declared argument; write \"colour identifier\" into the header"
                + " \"arguments\""),
        refusal(
            "UPDATE routes SET a = #{subBatch.after[0]} WHERE ${subBatch}",
            "#{subBatch.after[0]} is no declared argument; write \"subBatch.after[0] text\" into"
                + " the header \"arguments\""),
        refusal(
            "UPDATE routes SET a = #{factor} WHERE ${subBatch}",
            "#{factor} is no declared argument; write \"factor text\" into the header"
                + " \"arguments\""),
        refusal(
            "-- arguments: factor integer\nUPDATE routes SET a = ${factor} WHERE ${subBatch}",
            "${factor} is declared as integer; write #{factor} for a value, or declare it as"
                + " identifier"),
        refusal(
            "-- arguments: copy_to identifier\nUPDATE routes SET a = #{copy_to} WHERE ${subBatch}",
            "#{copy_to} is declared as identifier; write ${copy_to} for a name"),
        refusal(
            "UPDATE routes SET a = 1 WHERE #{subBatch}",
            "#{subBatch} is no value; write ${subBatch}"),
        refusal(
            "UPDATE routes SET a = '${subBatch}'",
            "the placeholder ${subBatch} stands within a string; write it outside, without quotes"),
        refusal(
            "UPDATE \"${table}\" SET a = 1 WHERE ${subBatch}",
            "the placeholder ${table} stands within a quoted name; write it outside, without"
                + " quotes"),
        refusal(
            "UPDATE routes SET a = 1 -- WHERE ${subBatch}",
            "the placeholder ${subBatch} stands within a comment; write it outside, without"
                + " quotes"),
        refusal(
            "UPDATE routes SET a = 1 WHERE ${subBatch", "the placeholder ${subBatch has no end"),
        refusal(
            UPDATE + "; DELETE FROM routes",
            "there is a second statement, which begins with \"DELETE\"; keep one in each file"),
        refusal(
            "",
            "there is no statement; write one below the header, with ${subBatch} in its WHERE"
                + " clause"),
        refusal(
            "; " + UPDATE,
            "there is no statement; write one below the header, with ${subBatch} in its WHERE"
                + " clause"),
        refusal(
            "UPDATE routes SET a = 'b WHERE ${subBatch}",
            "the string that begins with 'b WHERE ${subBatch} has no end"),
        refusal(
            UPDATE + " RETURNING id",
            "the statement has a RETURNING that nobody reads; leave it out"));
  }

  private static Arguments refusal(String file, String sentence) {
    return Arguments.of(file, sentence);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesWithOneSentence(String file, String sentence) {
    assertRefused("-- job_class: X\n" + file, "job.sql: " + sentence);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER",
        "CREATE",
        "DROP",
        "TRUNCATE",
        "GRANT",
        "REVOKE",
        "VACUUM",
        "COMMENT",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SET",
        "LOCK",
        "COPY",
        "CALL",
        "DO",
        "SELECT",
        "VALUES",
        "EXPLAIN"
      })
  void refusesWhatDoesNotChangeRows(String verb) {
    assertRefused(
        "-- job_class: X\n" + verb + " routes WHERE ${subBatch}",
        "job.sql: the statement begins with \""
            + verb
            + "\"; a job class changes rows with UPDATE, DELETE, INSERT, MERGE or WITH … one of"
            + " them, and DDL belongs in a schema migration");
  }

  @Test
  void refusesAWithThatOnlyReads() {
    assertRefused(
        "-- job_class: X\nWITH a AS (SELECT 1) SELECT * FROM a WHERE ${subBatch} FOR UPDATE",
        "job.sql: the statement begins with \"WITH … SELECT\"; a job class changes rows with"
            + " UPDATE, DELETE, INSERT, MERGE or WITH … one of them, and DDL belongs in a schema"
            + " migration");
  }

  @Test
  void refusesAFileWithoutAName() {
    assertRefused(
        UPDATE,
        "job.sql: the header \"job_class\" is missing; begin the file with a line like --"
            + " job_class: BackfillRouteNamespaceId");
  }

  @Test
  void refusesANameThatIsNoClassName() {
    assertRefused(
        "-- job_class: backfill; DROP\n" + UPDATE,
        "job.sql: the job class name \"backfill; DROP\" must be like BackfillRouteNamespaceId");
  }

  @Test
  void refusesAFileInAnotherEncoding() throws IOException {
    Path file = folder.resolve("latin.sql");
    Files.write(file, "-- job_class: Caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> SqlJobFile.read(file))
        .hasMessage(file + ": the file is not UTF-8; save it as UTF-8");
  }

  @Test
  void hashesWhatTheStatementSaysAndNotHowItIsLaidOut() {
    String hash = parse("UPDATE routes SET a = 'x  y' WHERE ${subBatch}").definition().hash();

    assertThat(
            parse("-- Why.\r\nUPDATE routes -- all\r\n  SET a = 'x  y'\r\n WHERE ${subBatch};\r\n")
                .definition()
                .hash())
        .isEqualTo(hash);
    assertThat(parse("UPDATE routes SET a = 'x y' WHERE ${subBatch}").definition().hash())
        .isNotEqualTo(hash);
    assertThat(
            parse("-- scope: a = 1\nUPDATE routes SET a = 'x  y' WHERE ${subBatch}")
                .definition()
                .hash())
        .isNotEqualTo(hash);
  }

  private static SqlJobClass parse(String file) {
    String named = file.startsWith("\uFEFF") ? file : "-- job_class: X\n" + file;
    return SqlJobFile.parse("job.sql", named.replace("\uFEFF", "\uFEFF-- job_class: X\n"));
  }

  private static void assertRefused(String file, String message) {
    assertThatThrownBy(() -> SqlJobFile.parse("job.sql", file))
        .hasMessage(message)
        .asInstanceOf(InstanceOfAssertFactories.type(ApplicationException.class))
        .extracting(ApplicationException::code)
        .isEqualTo(ErrorCode.INVALID_JOB_CLASS);
  }
}
