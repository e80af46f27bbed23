package dev.bbm.activities.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.database.PostgresExtension;
import java.util.List;
import org.apache.ibatis.annotations.Select;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pooler that gives each transaction another server connection knows no prepared statements. */
final class PoolerTest {

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  /** What the server keeps for this session. */
  public interface PreparedStatements {
    @Select("SELECT count(*) FROM pg_prepared_statements")
    int count();
  }

  @ParameterizedTest
  @CsvSource({"NONE, 1", "TRANSACTION, 0"})
  void keepsNoPreparedStatementBehindATransactionPooler(Pooler pooler, int kept) {
    var settings =
        new DatabaseSettings(
            "main",
            List.of(new Address(postgres.url(), "postgres", new Secret(""), pooler)),
            null,
            List.of("gitlab_main"),
            List.of(),
            null,
            true,
            true,
            true,
            1);
    try (var database = OpenDatabase.of(settings, "test", List.of())) {
      database.myBatis().addMapper(PreparedStatements.class);

      int last = 0;
      for (int i = 0; i < 10; i++) {
        last = database.transactions().reading(s -> s.getMapper(PreparedStatements.class).count());
      }

      assertThat(last).isGreaterThanOrEqualTo(kept);
      assertThat(last == 0).isEqualTo(kept == 0);
    }
  }
}
