package dev.bbm.activities.postdeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.database.BbmSchema;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file may do by its header: projects and routes are gitlab_main, ci_… gitlab_ci. */
final class FileRunTest {

  private static final String CONTENT =
      """
      SELECT bbm.install_ownership('main', true, '{gitlab_main,gitlab_ci,gitlab_shared}');
      INSERT INTO bbm.table_schemas (table_name, gitlab_schema)
      VALUES ('projects', 'gitlab_main'), ('routes', 'gitlab_main'), ('ci_builds', 'gitlab_ci'), ('ci_pipelines', 'gitlab_ci'),
             ('ci_stages', 'gitlab_ci'), ('ci_cascaded', 'gitlab_ci'), ('settings', 'gitlab_shared');
      INSERT INTO bbm.job_classes (name, kind, operation, feature_category, hash) VALUES ('Touch', 'sql', 'update', 'database', 'hash1');
      CREATE TABLE projects (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
      CREATE TABLE routes (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
      CREATE TABLE ci_builds (id bigserial PRIMARY KEY, project_id bigint REFERENCES projects, n integer NOT NULL DEFAULT 0, trace text);
      CREATE TABLE ci_pipelines (id bigint, n integer NOT NULL DEFAULT 0) PARTITION BY RANGE (id);
      CREATE TABLE ci_pipelines_100 PARTITION OF ci_pipelines FOR VALUES FROM (0) TO (100);
      CREATE TABLE ci_stages (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
      CREATE TABLE ci_cascaded (id bigint REFERENCES projects ON DELETE CASCADE);
      CREATE TABLE settings (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
      CREATE TABLE unclassified (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
      INSERT INTO projects SELECT i FROM generate_series(1, 100) AS i;
      INSERT INTO routes SELECT i FROM generate_series(1, 100) AS i;
      INSERT INTO ci_builds (project_id) SELECT i FROM generate_series(1, 90) AS i;
      INSERT INTO ci_pipelines SELECT i FROM generate_series(1, 99) AS i;
      INSERT INTO ci_stages VALUES (1);
      INSERT INTO ci_cascaded VALUES (95);
      INSERT INTO settings VALUES (1);
      CREATE FUNCTION by_function() RETURNS integer LANGUAGE sql VOLATILE AS 'UPDATE routes SET n = 9 RETURNING 9';
      CREATE VIEW by_view AS SELECT * FROM routes;
      CREATE FUNCTION write_route() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE routes SET n = 9; RETURN NULL; END';
      CREATE TRIGGER by_trigger AFTER UPDATE ON ci_stages FOR EACH STATEMENT EXECUTE FUNCTION write_route();
      CREATE CONSTRAINT TRIGGER by_deferred AFTER DELETE ON ci_stages DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION write_route();
      CREATE SEQUENCE by_sequence OWNED BY routes.n
      """;

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(FileRunTest::fill);

  private Database database;
  private Connection connection;

  private static void fill(DataSource source) {
    BbmSchema.install(source);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(CONTENT);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @BeforeEach
  void connect() throws SQLException {
    database =
        OpenDatabase.of(
            new DatabaseSettings(
                "main", postgres.url(), "", new Secret(""), List.of(), true, true, 2),
            "bbm/test",
            List.of());
    connection = postgres.dataSource().getConnection();
    connection.setAutoCommit(false);
  }

  @AfterEach
  void rollBack() throws SQLException {
    connection.rollback();
    connection.close();
    database.close();
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
  void refusesDataInStructure(String sql) {
    assertRefused(
        sql,
        ErrorCode.DML_NOT_ALLOWED,
        "table \"ci_builds\" (gitlab_ci), but a file without restrict_gitlab_migration is for the structure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT bbm.queue_batched_background_migration('Touch', 'settings', once_per_place => true)",
        "SELECT bbm.queue_batched_background_migration('Touch', 'ci_builds')",
        "DO $$ BEGIN PERFORM bbm.queue_batched_background_migration('Touch', 'settings', once_per_place => true); END $$",
      })
  void refusesQueueingInStructure(String sql) {
    assertRefused(sql, ErrorCode.DML_NOT_ALLOWED, "but a file without restrict_gitlab_migration");
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
  void refusesStructureInData(String sql) {
    assertRefused(
        "-- restrict_gitlab_migration: gitlab_ci\n" + sql,
        ErrorCode.DDL_NOT_ALLOWED,
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
        "UPDATE ci_stages SET n = 9",
        "UPDATE ci_builds SET project_id = 1; SELECT * FROM routes FOR UPDATE",
        "DELETE FROM ci_stages",
        "WITH n AS (SELECT nextval('by_sequence')) SELECT 1 FROM n",
      })
  void refusesTablesOfAnotherSchema(String sql) {
    assertRefused(
        "-- restrict_gitlab_migration: gitlab_ci\n" + sql,
        ErrorCode.SCHEMA_NOT_ALLOWED,
        "table \"routes\" (gitlab_main), but restrict_gitlab_migration: gitlab_ci allows gitlab_ci, gitlab_shared only");
  }

  @Test
  void refusesATableThatNobodyClassified() {
    assertRefused(
        "-- restrict_gitlab_migration: gitlab_ci\nUPDATE unclassified SET n = 9",
        ErrorCode.TABLE_NOT_CLASSIFIED,
        "changes table \"unclassified\", which is in no gitlab_schema");
  }

  @Test
  void refusesACascadeIntoAnotherSchema() {
    assertRefused(
        "-- restrict_gitlab_migration: gitlab_main\nDELETE FROM projects WHERE id = 95",
        ErrorCode.SCHEMA_NOT_ALLOWED,
        "changes table \"ci_cascaded\" (gitlab_ci)");
  }

  @Test
  void letsRowsGoToWhichNoOtherRefers() {
    assertRuns("-- restrict_gitlab_migration: gitlab_main\nDELETE FROM projects WHERE id < 0");
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
        "LOCK TABLE ci_builds IN ACCESS EXCLUSIVE MODE; LOCK TABLE routes IN ROW EXCLUSIVE MODE",
        "SELECT setval('ci_builds_id_seq', 1000)",
        "CREATE MATERIALIZED VIEW seen AS SELECT * FROM ci_builds WITH NO DATA",
        "SET LOCAL lock_timeout = '5s'; ALTER TABLE ci_builds ADD COLUMN m integer",
        "CREATE RULE r AS ON INSERT TO settings DO ALSO (SELECT 1; SELECT 2)",
      })
  void letsStructureBe(String sql) {
    assertRuns(sql + ";");
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
        "SELECT bbm.queue_batched_background_migration('Touch', 'ci_builds', 'id'); SELECT bbm.delete_batched_background_migration('Touch', 'ci_builds', 'id')",
      })
  void letsDataOfTheSchemaBe(String sql) {
    assertRuns("-- restrict_gitlab_migration: gitlab_ci\n" + sql + ";");
  }

  private void assertRuns(String sql) {
    assertThatNoException().isThrownBy(() -> run(sql));
  }

  private void assertRefused(String sql, ErrorCode code, String sentence) {
    assertThatExceptionOfType(ApplicationException.class)
        .isThrownBy(() -> run(sql))
        .withMessageContaining(sentence)
        .satisfies(refusal -> {
          assertThat(refusal.code()).isEqualTo(code);
          assertThat(refusal.hint()).isPresent();
        });
  }

  private void run(String sql) throws SQLException {
    var script = new MigrationFile("1", "x", "1_x.sql", false, sql, 0).parse();
    script.check(Set.of("gitlab_main", "gitlab_ci", "gitlab_shared"), Set.of("1"));
    new FileRun(database, script, connection).run();
  }
}
