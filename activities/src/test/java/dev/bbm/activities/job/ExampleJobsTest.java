package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.batching.KeyColumn;
import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.database.PostgresExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.ibatis.session.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The two examples of GitLab's guide, as the repository ships them. */
final class ExampleJobsTest {

  private static final JobClasses EXAMPLES =
      JobClasses.load(
          Path.of("..", "examples", "db", "background_migrations"),
          ClassLoader.getPlatformClassLoader());

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  private JobRuns runs;

  @BeforeEach
  void prepare() {
    runs = new JobRuns(postgres);
  }

  @Test
  void backfillsTheNamespacesOfRoutesInUse() throws SQLException {
    postgres.execute(
        """
        CREATE TABLE routes (
            id bigint PRIMARY KEY, source_id bigint, source_type text, namespace_id bigint)
        """,
        """
        INSERT INTO routes (id, source_id, source_type)
        SELECT i, i * 10, CASE i % 10 WHEN 0 THEN 'UnusedType' ELSE 'Namespace' END
          FROM generate_series(1, 100) AS i
        """);

    assertThat(run("BackfillRouteNamespaceId", QualifiedTable.of("public", "routes"), "[]"))
        .isEqualTo(45);
    assertThat(runs.count("SELECT count(*) FROM routes WHERE namespace_id = source_id"))
        .isEqualTo(45);
  }

  @Test
  void copiesAColumnOfAnyTableWhateverTheNames() throws SQLException {
    var orders = QualifiedTable.of("public", "or\"ders; DROP");
    postgres.execute(
        "CREATE TABLE " + orders + " (id bigint PRIMARY KEY, \"na\"\"me\" text, \"copy ?\" text)",
        "INSERT INTO " + orders + " SELECT i, 'name ' || i FROM generate_series(1, 100) AS i");

    assertThat(run("CopyColumnUsingBackgroundMigrationJob", orders, "[\"na\\\"me\", \"copy ?\"]"))
        .isEqualTo(50);
    assertThat(runs.count("SELECT count(*) FROM " + orders + " WHERE \"copy ?\" = \"na\"\"me\""))
        .isEqualTo(50);
  }

  /** Over the ids up to 50. */
  private long run(String name, QualifiedTable table, String arguments) throws SQLException {
    var job = (SqlJobClass) EXAMPLES.find(name).orElseThrow();
    var range =
        new SubBatchRange(
            List.of(KeyColumn.of("id", "bigint")),
            List.of(),
            List.of("50"),
            table.name().value(),
            job.definition().scope());
    var parsed = JobArguments.parse(job.definition(), arguments);
    return runs.run(new JobStatement(new Configuration(), job, table, parsed).over(range));
  }
}
