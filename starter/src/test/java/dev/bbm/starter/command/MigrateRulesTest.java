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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file may do by its header; a violation is rolled back and not recorded. */
final class MigrateRulesTest {

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();

  @TempDir Path folder;

  private Deploying deploying;

  @BeforeEach
  void install() throws IOException {
    deploying = Deploying.single(folder, main);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ci_builds SET n = 9",
        "UPDATE ci_builds SET n = 9 WHERE false",
        "INSERT INTO ci_builds (project_id) VALUES (1)",
        "DELETE FROM ci_builds",
        "SELECT count(*) FROM ci_builds",
        "SELECT 1 FROM ci_builds WHERE id = -1",
        "SELECT * FROM ci_builds FOR UPDATE",
        "WITH gone AS (DELETE FROM ci_builds RETURNING id) SELECT count(*) FROM gone",
        "DO $$ BEGIN UPDATE ci_builds SET n = 9; END $$",
        "DO $$ BEGIN BEGIN UPDATE ci_builds SET n = 9; EXCEPTION WHEN division_by_zero THEN NULL; END; END $$",
        "CREATE TABLE copied AS SELECT * FROM ci_builds",
        "CREATE MATERIALIZED VIEW copied AS SELECT * FROM ci_builds",
        "SELECT * INTO copied FROM ci_builds",
        "ALTER TABLE ci_builds ADD COLUMN m integer; CREATE TABLE copied AS SELECT * FROM ci_builds",
        "CREATE VIEW seen AS SELECT * FROM ci_builds; SELECT count(*) FROM seen",
        "CREATE INDEX ON ci_builds (n); SELECT count(*) FROM ci_builds",
        "ALTER TABLE ci_builds ADD COLUMN m integer; UPDATE ci_builds SET m = n",
        "LOCK TABLE ci_builds IN ROW EXCLUSIVE MODE; UPDATE ci_builds SET n = 9",
        "LOCK TABLE ci_builds IN ACCESS SHARE MODE; SELECT count(*) FROM ci_builds",
        "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM ci_builds'; SELECT f()",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql VOLATILE AS 'UPDATE ci_builds SET n = 9 RETURNING n'; ALTER TABLE settings ADD COLUMN m integer DEFAULT f()",
        "CREATE TEMP TABLE t AS SELECT * FROM ci_builds",
        "EXPLAIN ANALYZE UPDATE ci_builds SET n = 9",
        "PREPARE p AS UPDATE ci_builds SET n = 9; EXECUTE p",
      })
  void refusesDataInStructure(String sql) throws IOException {
    deploying.file("1_mixed.sql", sql);

    assertRefused(
        "DML",
        "table \"ci_builds\" (gitlab_ci), but a file without restrict_gitlab_migration is for the structure");
  }

  @Test
  void saysWhatToWriteInstead() throws IOException {
    deploying.file(
        "1_mixed.sql", "CREATE TABLE a ();\n\n-- now the rows\nUPDATE ci_builds SET n = 9;");

    assertThat(deploying.migrate())
        .isEqualTo(
            new Result(
                3,
                "",
                """
                error: migrate/1_mixed.sql, statement 2 (line 4: UPDATE ci_builds SET n = 9) changes table "ci_builds" (gitlab_ci), but a file without restrict_gitlab_migration is for the structure
                hint: write "-- restrict_gitlab_migration: gitlab_ci" at the top of a file with this statement alone
                """));
    assertThat(Installed.rows(main, "SELECT to_regclass('a') IS NULL, sum(n) FROM ci_builds"))
        .isEqualTo("t|0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT bbm.queue_batched_background_migration('Touch_settings', 'settings', once_per_place => true)",
        "SELECT bbm.queue_batched_background_migration('Touch_ci_builds', 'ci_builds')",
        "DO $$ BEGIN PERFORM bbm.queue_batched_background_migration('Touch_settings', 'settings', once_per_place => true); END $$",
      })
  void refusesQueueingInStructure(String sql) throws IOException {
    deploying.file("1_queue.sql", sql);

    assertRefused("DML", "but a file without restrict_gitlab_migration");
    assertThat(Installed.rows(main, "SELECT count(*) FROM bbm.batched_background_migrations"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE a ()",
        "ALTER TABLE ci_builds ADD COLUMN m integer",
        "TRUNCATE ci_builds",
        "DROP TABLE ci_pipelines",
        "CREATE INDEX ON ci_builds (n)",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "GRANT SELECT ON ci_builds TO PUBLIC",
        "COMMENT ON TABLE ci_builds IS 'x'",
        "SELECT * INTO copied FROM ci_builds",
        "DO $$ BEGIN EXECUTE 'ALTER TABLE ci_builds ADD COLUMN m integer'; END $$",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ci_pipelines'; END $$",
        "DO $$ BEGIN TRUNCATE ci_builds; END $$",
        "DO $$ BEGIN ALTER TABLE ci_builds DROP COLUMN trace; END $$",
        "DO $$ BEGIN ALTER TABLE ci_builds DROP CONSTRAINT ci_builds_project_id_fkey; END $$",
        "DO $$ BEGIN COMMENT ON TABLE ci_builds IS 'x'; END $$",
        "DO $$ BEGIN CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; END $$",
        "DO $$ BEGIN BEGIN DROP TABLE ci_pipelines; EXCEPTION WHEN division_by_zero THEN NULL; END; END $$",
      })
  void refusesStructureInData(String sql) throws IOException {
    deploying.file("1_mixed.sql", "-- restrict_gitlab_migration: gitlab_ci\n" + sql);

    assertRefused(
        "DDL",
        "changes the structure, but a file with restrict_gitlab_migration: gitlab_ci is for data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE routes SET n = 9",
        "UPDATE ci_builds SET n = (SELECT count(*) FROM routes)",
        "SELECT count(*) FROM routes",
        "UPDATE ci_builds SET n = by_function()",
        "UPDATE ci_builds SET n = 9 WHERE id = 1; UPDATE by_view SET n = 9",
        "UPDATE ci_pipelines SET n = 9",
        "UPDATE ci_builds SET project_id = 1; SELECT * FROM routes FOR UPDATE",
        "DELETE FROM ci_builds",
        "WITH n AS (SELECT nextval('routes_by_sequence_m_seq')) SELECT 1 FROM n",
      })
  void refusesTablesOfAnotherSchema(String sql) throws IOException {
    main.execute(
        "CREATE FUNCTION by_function() RETURNS integer LANGUAGE sql VOLATILE AS 'UPDATE routes SET n = 9 RETURNING 9'",
        "CREATE VIEW by_view AS SELECT * FROM routes",
        "CREATE FUNCTION write_route() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE routes SET n = 9; RETURN NULL; END'",
        "CREATE TRIGGER by_trigger AFTER UPDATE ON ci_pipelines FOR EACH STATEMENT EXECUTE FUNCTION write_route()",
        "CREATE CONSTRAINT TRIGGER by_deferred AFTER DELETE ON ci_builds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION write_route()",
        "CREATE SEQUENCE routes_by_sequence_m_seq OWNED BY routes.n");
    deploying.file("1_foreign.sql", "-- restrict_gitlab_migration: gitlab_ci\n" + sql);

    assertRefused(
        "DML",
        "table \"routes\" (gitlab_main), but restrict_gitlab_migration: gitlab_ci allows gitlab_ci, gitlab_shared only");
    assertThat(Installed.rows(main, "SELECT sum(n), (SELECT sum(n) FROM ci_builds) FROM routes"))
        .isEqualTo("0|0");
  }

  @Test
  void refusesATableThatNobodyClassified() throws IOException {
    deploying.file(
        "1_a.sql", "-- restrict_gitlab_migration: gitlab_ci\nUPDATE unclassified SET n = 9");

    assertThat(deploying.migrate().err())
        .isEqualTo(
            """
            error: migrate/1_a.sql, statement 1 (line 2: UPDATE unclassified SET n = 9) changes table "unclassified", which is in no gitlab_schema
            hint: add "unclassified: gitlab_ci" to the dictionary
            """);
    assertThat(Installed.rows(main, "SELECT n FROM unclassified")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE a (id bigserial PRIMARY KEY, project_id bigint REFERENCES projects)",
        "CREATE VIEW seen AS SELECT ci_builds.* FROM ci_builds JOIN projects ON projects.id = project_id",
        "ALTER TABLE ci_builds ADD COLUMN m integer NOT NULL DEFAULT 3",
        "ALTER TABLE ci_builds ADD COLUMN m bigserial",
        "ALTER TABLE ci_builds ADD CONSTRAINT c CHECK (n >= 0)",
        "ALTER TABLE ci_builds ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES routes NOT VALID; ALTER TABLE ci_builds VALIDATE CONSTRAINT f",
        "DO $$ BEGIN ALTER TABLE ci_builds ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES routes; END $$",
        "ALTER TABLE ci_builds ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES routes NOT VALID; DO $$ BEGIN ALTER TABLE ci_builds VALIDATE CONSTRAINT f; END $$",
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'i') THEN CREATE INDEX i ON ci_builds (n); END IF; END $$",
        "DO $$ BEGIN ALTER TABLE ci_builds ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES routes; END $$; DO $$ BEGIN ALTER TABLE ci_builds ADD CONSTRAINT g FOREIGN KEY (id) REFERENCES routes; END $$",
        "ALTER TABLE ci_builds ALTER COLUMN n SET NOT NULL, ALTER COLUMN n TYPE bigint",
        "CREATE TABLE ci_pipelines_200 PARTITION OF ci_pipelines FOR VALUES FROM (100) TO (200)",
        "TRUNCATE ci_builds",
        "DROP TABLE ci_builds",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT count(*)::integer FROM ci_builds; END",
        "SELECT count(*) FROM pg_class; SELECT 1",
        "INSERT INTO settings VALUES (2)",
        "LOCK TABLE ci_builds IN ACCESS EXCLUSIVE MODE",
        "SELECT setval('ci_builds_id_seq', 1000)",
        "CREATE MATERIALIZED VIEW seen AS SELECT * FROM ci_builds WITH NO DATA",
        "SET LOCAL lock_timeout = '5s'; ALTER TABLE ci_builds ADD COLUMN m integer",
        "CREATE RULE r AS ON INSERT TO settings DO ALSO (SELECT 1; SELECT 2)",
      })
  void letsStructureBe(String sql) throws IOException {
    deploying.file("1_structure.sql", sql + ";");

    assertRan();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ci_builds SET n = 9",
        "INSERT INTO ci_builds (project_id) VALUES (1), (2)",
        "UPDATE ci_builds SET project_id = 5",
        "UPDATE ci_pipelines SET n = 9; UPDATE ci_pipelines_100 SET n = 8",
        "UPDATE ci_builds SET trace = (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 1000) AS i); UPDATE ci_builds SET n = length(trace)",
        "SELECT nextval('ci_builds_id_seq'), setval('ci_builds_id_seq', 1000)",
        "UPDATE ci_builds SET n = (SELECT n FROM settings); UPDATE settings SET n = 5",
        "LOCK TABLE ci_builds IN SHARE ROW EXCLUSIVE MODE; UPDATE ci_builds SET n = 9",
        "CREATE TEMP TABLE t ON COMMIT DROP AS SELECT id FROM ci_builds; UPDATE ci_builds SET n = 9 WHERE id IN (SELECT id FROM t)",
        "DO $$ BEGIN FOR i IN 1..10 LOOP UPDATE ci_builds SET n = n + 1 WHERE id = i; END LOOP; END $$",
        "ANALYZE ci_builds",
        "SELECT lo_create(0)",
        "SET LOCAL lock_timeout = '5s'; DELETE FROM ci_builds WHERE id = 1",
        "SELECT bbm.queue_batched_background_migration('Touch_ci_builds', 'ci_builds', 'id'); SELECT bbm.delete_batched_background_migration('Touch_ci_builds', 'ci_builds', 'id')",
      })
  void letsDataOfTheSchemaBe(String sql) throws IOException {
    deploying.file("1_data.sql", "-- restrict_gitlab_migration: gitlab_ci\n" + sql + ";");

    assertRan();
  }

  @Test
  void letsTheParentOfForeignKeysBeDeletedFromWhereNoRowRefersToIt() throws IOException {
    main.execute("DELETE FROM ci_builds WHERE project_id = 7");
    deploying.file(
        "1_data.sql",
        "-- restrict_gitlab_migration: gitlab_main\nDELETE FROM projects WHERE id = 7");

    assertRan();
  }

  @Test
  void refusesACascadeIntoAnotherSchema() throws IOException {
    main.execute(
        "ALTER TABLE ci_builds DROP CONSTRAINT ci_builds_project_id_fkey",
        "ALTER TABLE ci_builds ADD FOREIGN KEY (project_id) REFERENCES projects ON DELETE CASCADE");
    deploying.file(
        "1_data.sql",
        "-- restrict_gitlab_migration: gitlab_main\nDELETE FROM projects WHERE id = 7");

    assertRefused("DML", "changes table \"ci_builds\" (gitlab_ci)");
    assertThat(Installed.rows(main, "SELECT count(*) FROM ci_builds")).isEqualTo("100");
  }

  @Test
  void guardsEachStatementOfAFileWithoutTransaction() throws IOException {
    deploying.file(
        "1_data.sql",
        """
        -- disable_ddl_transaction: true
        -- restrict_gitlab_migration: gitlab_ci
        UPDATE ci_builds SET n = 9;
        UPDATE routes SET n = 9;
        """);

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .contains("statement 2 (line 4: UPDATE routes SET n = 9) changes table \"routes\"");
    assertThat(Installed.rows(main, "SELECT sum(n), (SELECT min(n) FROM ci_builds) FROM routes"))
        .isEqualTo("0|9");
    assertThat(Deploying.history(main)).isEmpty();
  }

  @Test
  void refusesDataOfASchemaThatIsFenced() throws IOException {
    main.execute(
        "UPDATE bbm.schema_ownership SET state = 'FENCED' WHERE gitlab_schema = 'gitlab_ci'");
    deploying.file(
        "1_data.sql", "-- restrict_gitlab_migration: gitlab_ci\nUPDATE ci_builds SET n = 9");

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("FENCED", "hint: ./bbm failover resume");
    assertThat(Deploying.history(main)).isEmpty();
  }

  @Test
  void waitsForNoFailover() throws IOException {
    main.execute(
        "INSERT INTO bbm.failovers (id, from_database, to_database) VALUES (gen_random_uuid(), 'main', 'ci')");
    deploying.file("1_a.sql", "CREATE TABLE a ()");

    assertThat(deploying.migrate())
        .isEqualTo(
            new Result(
                3,
                "",
                """
                error: a failover is under way in database "main": no file runs before it is decided
                hint: ./bbm failover resume
                """));
  }

  private void assertRefused(String kind, String sentence) {
    Result result = deploying.migrate();
    assertThat(result.err()).contains(sentence).contains("hint: ");
    assertThat(result.exitCode()).as(kind).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(Deploying.history(main)).isEmpty();
    assertThat(Installed.rows(main, "SELECT count(*), to_regclass('copied') FROM ci_pipelines"))
        .isEqualTo("99|null");
  }

  private void assertRan() {
    Result result = deploying.migrate();
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(Deploying.history(main)).isEqualTo("1 run");
  }
}
