package dev.bbm.activities.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.session.SqlSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
final class DatabaseEndpointsTest {

  @RegisterExtension static final PostgresExtension one = new PostgresExtension(_ -> {});
  @RegisterExtension static final PostgresExtension two = new PostgresExtension(_ -> {});

  /** Asks where it is. */
  public interface WhereMapper {

    @Select("SELECT current_database()")
    String database();

    @Select("SELECT pg_sleep(#{seconds})::text")
    String sleep(@Param("seconds") double seconds);
  }

  @Test
  void leadsNewTransactionsToTheEndpointInUse() {
    try (var database = open()) {
      database.myBatis().addMapper(WhereMapper.class);
      String first = where(database);

      assertThat(database.useEndpoint(database.current())).isFalse();
      assertThat(database.useEndpoint(address(two))).isTrue();
      assertThat(database.current()).isEqualTo(address(two));
      assertThat(where(database)).isNotEqualTo(first);

      assertThat(database.useEndpoint(address(one))).isTrue();
      assertThat(where(database)).isEqualTo(first);
    }
  }

  @Test
  void lookingAtAnEndpointChangesNothing() {
    try (var database = open()) {
      database.myBatis().addMapper(WhereMapper.class);

      String seen =
          database.lookAt(address(two)).reading(s -> s.getMapper(WhereMapper.class).database());

      assertThat(seen).isNotEqualTo(where(database));
      assertThat(database.current()).isEqualTo(address(one));
    }
  }

  @Test
  void letsATransactionUnderWayEndWhereItBegan() {
    try (var database = open()) {
      database.myBatis().addMapper(WhereMapper.class);
      String first = where(database);
      try (SqlSession session = database.transactions().open()) {
        WhereMapper mapper = session.getMapper(WhereMapper.class);
        mapper.database();

        database.useEndpoint(address(two));

        assertThat(mapper.database()).isEqualTo(first);
        session.commit(true);
      }
      assertThat(where(database)).isNotEqualTo(first);
    }
  }

  @Test
  void cutsATransactionThatDoesNotEnd() {
    try (var database = open()) {
      database.myBatis().addMapper(WhereMapper.class);
      long began = System.nanoTime();
      try (SqlSession session = database.transactions().open()) {
        WhereMapper mapper = session.getMapper(WhereMapper.class);
        mapper.database();
        database.useEndpoint(address(two));

        assertThatThrownBy(() -> mapper.sleep(30)).isNotNull();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(25));
    }
  }

  @Test
  void givesUpSoonToLookAtAServerThatIsNotThere() {
    var gone = new Address("jdbc:postgresql://127.0.0.1:1/x", "", new Secret(""), Pooler.NONE);
    try (var database = open()) {
      database.myBatis().addMapper(WhereMapper.class);
      long began = System.nanoTime();

      assertThatThrownBy(() -> database.lookAt(gone).reading(DatabaseEndpointsTest::database))
          .isInstanceOfSatisfying(
              ApplicationException.class,
              thrown -> assertThat(thrown.code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE));

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    }
  }

  private static String database(SqlSession session) {
    return session.getMapper(WhereMapper.class).database();
  }

  private static String where(Database database) {
    return database.transactions().reading(DatabaseEndpointsTest::database);
  }

  private static Database open() {
    return OpenDatabase.of(
        new DatabaseSettings(
            "main",
            List.of(address(one), address(two)),
            null,
            List.of("gitlab_main"),
            List.of(),
            null,
            true,
            true,
            true,
            2),
        "bbm/test",
        List.of());
  }

  private static Address address(PostgresExtension postgres) {
    return new Address(postgres.url(), "", new Secret(""), Pooler.NONE);
  }
}
