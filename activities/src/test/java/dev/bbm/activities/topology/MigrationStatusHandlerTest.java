package dev.bbm.activities.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.workflows.migration.MigrationStatus;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migration's status in PostgreSQL is GitLab's smallint. */
final class MigrationStatusHandlerTest {

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  interface StatusMapper {

    @Select("SELECT #{status}::smallint AS status, coalesce(#{status}::text, 'none') AS code")
    Row echo(@Param("status") @Nullable MigrationStatus status);
  }

  record Row(@Nullable MigrationStatus status, String code) {}

  @ParameterizedTest
  @EnumSource
  void comesBackAsItWent(MigrationStatus status) {
    assertThat(echo(status)).isEqualTo(new Row(status, Integer.toString(status.code())));
  }

  @Test
  void isNullForNull() {
    assertThat(echo(null)).isEqualTo(new Row(null, "none"));
  }

  private static Row echo(@Nullable MigrationStatus status) {
    try (SqlSession session =
        MyBatisSessions.factory(
                "main", postgres.dataSource(), List.of(StatusMapper.class), List.of())
            .openSession()) {
      return session.getMapper(StatusMapper.class).echo(status);
    }
  }
}
