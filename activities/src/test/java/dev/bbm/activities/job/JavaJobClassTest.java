package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.batching.KeyColumn;
import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.RoundTrips;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.session.SqlSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job class in Java with a mapper on the sub-batch's session. */
final class JavaJobClassTest {

  private static final JavaJobClass INCREMENT = JavaJobClass.of(new IncrementCounters());

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @BeforeEach
  void createCounters() {
    postgres.execute(
        "DROP TABLE IF EXISTS counters",
        "CREATE TABLE counters (id bigint PRIMARY KEY, \"n\"\"; DROP\" bigint DEFAULT 0, kind jsonb)",
        """
        INSERT INTO counters (id, kind)
        SELECT i, CASE i % 2 WHEN 0 THEN '{"counted": 1}' ELSE '{}' END::jsonb
          FROM generate_series(1, 100) AS i
        """);
  }

  @Test
  void changesTheRowsOfTheRangeWithinTheScope() {
    try (SqlSession session = session(postgres.url())) {
      assertThat(INCREMENT.job().perform(subBatch(session, 10, 40))).isEqualTo(15);
    }
  }

  @Test
  void isUndoneWithTheTransactionOfTheSubBatch() {
    try (SqlSession session = session(postgres.url())) {
      INCREMENT.job().perform(subBatch(session, 0, 100));
      session.rollback(true);

      assertThat(INCREMENT.job().perform(subBatch(session, 0, 100))).isEqualTo(50);
    }
  }

  @Test
  void takesOneRoundTripForOneStatement() throws Exception {
    try (var roundTrips = new RoundTrips(postgres);
        SqlSession session = session(roundTrips.url())) {
      SubBatch subBatch = subBatch(session, 0, 10);
      session.getConnection();

      assertThat(roundTrips.during(() -> INCREMENT.job().perform(subBatch))).isEqualTo(1);
    }
  }

  @Test
  void declaresWhatASqlFileDeclares() {
    JobClassDefinition definition = INCREMENT.definition();

    assertThat(definition.name()).isEqualTo("IncrementCounters");
    assertThat(definition.argumentList()).isEqualTo("counter identifier, step integer");
    assertThat(definition.scope()).isEqualTo("kind ? 'counted'");
    assertThat(definition.alias()).isEqualTo("c");
    assertThat(definition.operation()).isEqualTo("update_all");
    assertThat(definition.featureCategory()).isEqualTo("database");
    assertThat(definition.kind()).isEqualTo("java");
    assertThat(definition.source()).isEqualTo("dev.bbm.activities.job.IncrementCounters");
    assertThat(definition.hash()).matches("[0-9a-f]{16}");
  }

  @Test
  void hasAnotherHashWithOtherMappers() {
    assertThat(JavaJobClass.of(new Unscoped(List.of(Runnable.class))).definition().hash())
        .isNotEqualTo(JavaJobClass.of(new Unscoped(List.of(Iterable.class))).definition().hash());
  }

  @Test
  void refusesWhatASqlFileMayNotDeclareEither() {
    assertThatThrownBy(() -> JavaJobClass.of(new Misdeclared()))
        .hasMessage(
            "dev.bbm.activities.job.JavaJobClassTest$Misdeclared: the scope \"a = 1; b\" has a"
                + " semicolon or a comment; write one condition");
  }

  @Test
  void refusesAWriteElsewhereWithoutTheMethodThatDoesIt() {
    assertThatThrownBy(() -> JavaJobClass.of(new Touching("gitlab_ci write")))
        .hasMessage(
            "dev.bbm.activities.job.JavaJobClassTest$Touching: it declares \"touches: gitlab_ci write\""
                + " and has no method touch; write one, or declare read");
    assertThat(JavaJobClass.of(new Touching("gitlab_ci read")).definition().touches())
        .containsExactly("gitlab_ci read");
  }

  @Test
  void saysWhichArgumentsThereAreWhenAJobAsksForAnother() {
    try (SqlSession session = session(postgres.url())) {
      assertThatThrownBy(() -> subBatch(session, 0, 1).text("step"))
          .hasMessage(
              "dev.bbm.activities.job.IncrementCounters: the job asks for the argument \"step\" as"
                  + " text, but its arguments are: counter identifier, step integer; declare it");
    }
  }

  private record Unscoped(List<Class<?>> mappers) implements BatchedMigrationJob {
    @Override
    public long perform(SubBatch subBatch) {
      return 0;
    }
  }

  private record Touching(String declared) implements BatchedMigrationJob {
    @Override
    public List<String> touches() {
      return List.of(declared);
    }

    @Override
    public List<Class<?>> mappers() {
      return List.of();
    }

    @Override
    public long perform(SubBatch subBatch) {
      return 0;
    }
  }

  private static final class Misdeclared implements BatchedMigrationJob {
    @Override
    public Optional<String> scope() {
      return Optional.of("a = 1; b");
    }

    @Override
    public List<Class<?>> mappers() {
      return List.of();
    }

    @Override
    public long perform(SubBatch subBatch) {
      return 0;
    }
  }

  private static SqlSession session(String url) {
    var sessions = new JobSessions(url);
    INCREMENT.register(sessions.configuration());
    INCREMENT.register(sessions.configuration());
    return sessions.open();
  }

  private static SubBatch subBatch(SqlSession session, long after, long through) {
    var range =
        new SubBatchRange(
            List.of(KeyColumn.of("id", "bigint")),
            List.of(Long.toString(after)),
            List.of(Long.toString(through)),
            "c",
            INCREMENT.definition().scope());
    return new SessionSubBatch(
        session,
        QualifiedTable.of("public", "counters"),
        range,
        JobArguments.parse(INCREMENT.definition(), "[\"n\\\"; DROP\", 3]"),
        gitlabSchema -> session::getMapper);
  }
}
