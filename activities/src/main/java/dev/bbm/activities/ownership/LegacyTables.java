package dev.bbm.activities.ownership;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.SQLException;
import java.util.List;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;

/** The copies that one database keeps of tables which live at another place, to be emptied. */
public final class LegacyTables {

  /** The last outlasts deadlock_timeout, after which PostgreSQL cancels an autovacuum. */
  private static final List<Long> WAITS = List.of(200L, 1_000L, 2_000L, 5_000L);

  private final Database database;
  private final String configured;
  private final @Nullable String by;

  /**
   * Changes nothing yet.
   *
   * @param by who is recorded as having truncated; null for the role
   */
  public LegacyTables(Database database, ConfiguredSchemas configured, @Nullable String by) {
    this.database = database;
    this.configured = configured.toJson();
    this.by = by;
  }

  /**
   * How they would be truncated; throws NOT_WRITE_LOCKED, REFERENCED_FROM_OUTSIDE, UNKNOWN_TABLE,
   * or OWNERSHIP_LOST while a failover is undecided.
   *
   * @param untilTable the last that is wanted; null for all
   */
  public List<TruncationStage> plan(@Nullable String untilTable, int minBatchSize) {
    return database
        .transactions()
        .reading(session ->
            session.getMapper(TruncationMapper.class).plan(configured, untilTable, minBatchSize));
  }

  /** Truncates one stage in a transaction; throws LOCK_TIMEOUT when a table is in use each time. */
  public void truncate(TruncationStage stage) {
    for (long patience : WAITS) {
      try {
        truncate(stage, patience);
        return;
      } catch (ApplicationException failure) {
        if (failure.code() != ErrorCode.LOCK_TIMEOUT || patience == WAITS.getLast()) {
          throw failure;
        }
      }
    }
  }

  private void truncate(TruncationStage stage, long patience) {
    database
        .transactions()
        .inTransaction(session -> {
          waitForFilesToBeRemoved(session);
          session
              .getMapper(TruncationMapper.class)
              .truncate(configured, stage.relations(), patience);
          return session
              .getMapper(WriteLockMapper.class)
              .recordEvent("truncated", by, stage.tables(), stage.tableCount());
        });
  }

  /** To remove the files of a huge table can take longer than the pool's socket timeout. */
  private static void waitForFilesToBeRemoved(SqlSession session) {
    try {
      session.getConnection().setNetworkTimeout(Runnable::run, 0);
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
  }
}
