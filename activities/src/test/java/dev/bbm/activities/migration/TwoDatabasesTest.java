package dev.bbm.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.batching.KeyColumn;
import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.database.BbmSchema;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.job.JavaJobClass;
import dev.bbm.activities.job.JobArguments;
import dev.bbm.activities.ownership.ConnectedOwners;
import dev.bbm.activities.ownership.OwnedSchema;
import dev.bbm.activities.ownership.Owners;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job of gitlab_main in one database that reads or writes gitlab_ci in another one. */
final class TwoDatabasesTest {

  @RegisterExtension
  static final PostgresExtension mainServer = new PostgresExtension(BbmSchema::install);

  @RegisterExtension
  static final PostgresExtension ciServer = new PostgresExtension(BbmSchema::install);

  private TestSession main;
  private TestSession ci;
  private Database mainDatabase;
  private Database ciDatabase;
  private Lane lane;

  @BeforeEach
  void fill() throws SQLException {
    main = new TestSession(mainServer);
    ci = new TestSession(ciServer);
    main.script(
        """
        DROP TABLE IF EXISTS orders;
        DELETE FROM bbm.batched_background_migrations;
        SELECT bbm.install_ownership('main', true, '{gitlab_main}');
        INSERT INTO bbm.table_schemas VALUES ('orders', 'gitlab_main') ON CONFLICT DO NOTHING;
        INSERT INTO bbm.job_classes (name, kind, arguments, operation, feature_category, hash)
        VALUES ('MirrorOrders', 'java', '[]', 'update', 'database', 'hash1') ON CONFLICT DO NOTHING;
        CREATE TABLE orders (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
        INSERT INTO orders SELECT i * 10 FROM generate_series(1, 100) AS i;
        """);
    ci.script(
        """
        DROP TABLE IF EXISTS builds, secrets;
        DELETE FROM bbm.touched_cursors;
        SELECT bbm.install_ownership('ci', true, '{gitlab_ci}');
        UPDATE bbm.schema_ownership SET state = 'ACTIVE';
        INSERT INTO bbm.table_schemas VALUES ('builds', 'gitlab_ci'), ('secrets', 'gitlab_sec') ON CONFLICT DO NOTHING;
        CREATE TABLE builds (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
        INSERT INTO builds SELECT i FROM generate_series(1, 1000) AS i;
        CREATE TABLE secrets (id bigint);
        """);
    mainDatabase = open("main", mainServer, "gitlab_main");
    ciDatabase = open("ci", ciServer, "gitlab_ci");
    long id =
        main.number(
            "SELECT bbm.queue_batched_background_migration('MirrorOrders', 'orders', 'id', sub_batch_size => 10)");
    lane = new Lane(main, id, 0);
    assertThat(lane.claim("a#1")).isEqualTo("run");
  }

  @AfterEach
  void end() throws SQLException {
    mainDatabase.close();
    ciDatabase.close();
    main.close();
    ci.close();
  }

  @Test
  void writesToBothDatabasesOnce() throws SQLException {
    assertThat(run(new MirrorOrders("gitlab_ci write"), "a#1")).isEqualTo("[\"200\"]");
    assertThat(run(new MirrorOrders("gitlab_ci write"), "a#1")).isEqualTo("[\"300\"]");

    assertThat(counted(main, "orders")).isEqualTo("20, 1, 1");
    assertThat(counted(ci, "builds")).isEqualTo("191, 1, 1");
  }

  @Test
  void endsARetryWhereTheOtherDatabaseStands() throws SQLException {
    var dying = new MirrorOrders("gitlab_ci write");
    dying.betweenTheCommits =
        () -> {
          throw new IllegalStateException("kill -9");
        };
    assertThatThrownBy(() -> run(dying, "a#1")).hasMessageContaining("kill -9");
    assertThat(counted(ci, "builds")).isEqualTo("91, 1, 1");
    assertThat(counted(main, "orders")).startsWith("0,");

    main.run("INSERT INTO orders SELECT i FROM generate_series(11, 19) AS i");
    assertThat(run(new MirrorOrders("gitlab_ci write"), "a#1")).isEqualTo("[\"200\"]");

    assertThat(counted(ci, "builds")).isEqualTo("91, 1, 1");
    assertThat(counted(main, "orders")).isEqualTo("19, 1, 1");
    assertThat(lane.jobs("cursor")).isEqualTo("[\"100\"]");
  }

  @Test
  void refusesAnAttemptThatWasOvertaken() throws SQLException {
    String first = cursor();
    run(new MirrorOrders("gitlab_ci write"), "a#1");
    run(new MirrorOrders("gitlab_ci write"), "a#1");
    main.run("UPDATE bbm.batched_background_migration_jobs SET cursor = ?::jsonb", first);

    assertThatThrownBy(() -> run(new MirrorOrders("gitlab_ci write"), "a#1"))
        .hasStackTraceContaining("has written here through [\"200\"], and cannot go on after");

    assertThat(counted(ci, "builds")).isEqualTo("191, 1, 1");
    assertThat(counted(main, "orders")).isEqualTo("20, 1, 1");
  }

  @Test
  void passesTheGateOfTheOtherDatabase() throws SQLException {
    ci.script("UPDATE bbm.schema_ownership SET state = 'FENCED'");

    assertThatThrownBy(() -> run(new MirrorOrders("gitlab_ci write"), "a#1"))
        .hasStackTraceContaining(
            "gitlab_schema \"gitlab_ci\" may not be changed here: it is FENCED");
    assertThatThrownBy(() -> run(reading("read builds", "gitlab_ci read"), "a#1"))
        .hasStackTraceContaining("it is FENCED");

    assertThat(counted(ci, "builds")).startsWith("0,");
    assertThat(counted(main, "orders")).startsWith("0,");
  }

  @Test
  void readsWhatItDeclares() throws SQLException {
    run(reading("read builds", "gitlab_ci read"), "a#1");

    assertThat(counted(main, "orders")).isEqualTo("10, 1, 1");
    assertThat(counted(ci, "builds")).startsWith("0,");
  }

  @Test
  void refusesToReadWhatItDoesNotDeclare() {
    assertThatThrownBy(() -> run(reading("read builds"), "a#1"))
        .hasMessageContaining("job class MirrorOrders reads gitlab_ci without declaring it");
  }

  @Test
  void refusesToReadAnotherSchemaThanItDeclares() throws SQLException {
    assertThatThrownBy(() -> run(reading("read secrets", "gitlab_ci read"), "a#1"))
        .hasStackTraceContaining("read table \"secrets\" of gitlab_sec");

    assertThat(counted(main, "orders")).startsWith("0,");
  }

  @Test
  void refusesToWriteWhereItDeclaresToRead() throws SQLException {
    assertThatThrownBy(() -> run(reading("write by reading", "gitlab_ci read"), "a#1"))
        .hasStackTraceContaining("read-only transaction");

    assertThat(counted(ci, "builds")).startsWith("0,");
  }

  @Test
  void refusesToWriteAnotherSchemaThanItDeclares() throws SQLException {
    assertThatThrownBy(() -> run(reading("write secret", "gitlab_ci write"), "a#1"))
        .hasStackTraceContaining("wrote table \"secrets\" of gitlab_sec");

    assertThat(counted(ci, "builds")).startsWith("0,");
    assertThat(counted(main, "orders")).startsWith("0,");
  }

  @Test
  void findsOwnersByTheRowsOfTheDatabases() throws SQLException {
    var owners = new ConnectedOwners(List.of(mainDatabase, ciDatabase));

    assertThat(owners.find("gitlab_ci"))
        .hasValue(new OwnedSchema(ciDatabase, token("gitlab_ci", "ci", ci)));
    assertThat(owners.find("gitlab_main").map(OwnedSchema::database)).hasValue(mainDatabase);
    assertThat(owners.find("gitlab_sec")).isEmpty();

    ci.script("UPDATE bbm.schema_ownership SET state = 'FENCED'");
    assertThat(owners.find("gitlab_ci")).isEmpty();
  }

  @Test
  void waitsWhileNobodyHereOwnsTheOtherSchema() {
    assertThatThrownBy(() ->
            TouchedSchemas.of(JavaJobClass.of(new MirrorOrders("gitlab_ci write")), Owners.NONE))
        .hasMessageContaining(
            "job class MirrorOrders touches gitlab_ci, which no database of this worker owns now");
  }

  private static MirrorOrders reading(String statement, String... touches) {
    var job = new MirrorOrders(touches);
    job.foreignStatement = statement;
    return job;
  }

  /** One attempt of the job's next sub-batch, as a slice runs it. */
  private @Nullable String run(MirrorOrders job, String claim) throws SQLException {
    JavaJobClass definition = JavaJobClass.of(job);
    definition.register(mainDatabase.myBatis());
    var key = new SliceKey(List.of(KeyColumn.of("id", "bigint")), null, null);
    var bound =
        new BoundJob.Java(
            key,
            "hash1",
            definition,
            QualifiedTable.of("public", "orders"),
            JobArguments.parse(definition.definition(), "[]"),
            TouchedSchemas.of(definition, this::owner));
    String cursor = cursor();
    String next =
        Objects.requireNonNull(
            main.one(
                """
                SELECT bbm.next_bound(m, j.cursor, j.max_cursor, j.sub_batch_size)
                  FROM bbm.batched_background_migration_jobs AS j
                  JOIN bbm.batched_background_migrations AS m ON m.id = j.batched_background_migration_id
                """));
    var claimed =
        new ClaimedRange(
            main.one("SELECT uid FROM bbm.batched_background_migrations"),
            lane.job(),
            lane.jobs("min_cursor"));
    try (SqlSession session = mainDatabase.transactions().open()) {
      var transaction = new SubBatchTransaction(session, bound, claimed);
      String through = transaction.firstBound(cursor, next);
      return transaction.run(
          new OpenSubBatch(lane.job(), claim, cursor, token("gitlab_main", "main", main)),
          key.range(cursor, through),
          through);
    }
  }

  private String cursor() throws SQLException {
    return lane.jobs("cursor");
  }

  private Optional<OwnedSchema> owner(String gitlabSchema) {
    try {
      return Optional.of(new OwnedSchema(ciDatabase, token(gitlabSchema, "ci", ci)));
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static OwnershipToken token(String schema, String database, TestSession session)
      throws SQLException {
    return new OwnershipToken(
        schema, database, 1, session.one("SELECT place FROM bbm.database_identity LIMIT 1"));
  }

  /** How many rows were changed, how often at least and at most. */
  private static String counted(TestSession session, String table) throws SQLException {
    return session.row("SELECT count(*), min(n), max(n) FROM %s WHERE n > 0".formatted(table));
  }

  private static Database open(String name, PostgresExtension server, String gitlabSchema) {
    return OpenDatabase.of(
        new DatabaseSettings(
            name, server.url(), "", new Secret(""), List.of(gitlabSchema), true, true, 3),
        "bbm/test",
        List.of());
  }
}
