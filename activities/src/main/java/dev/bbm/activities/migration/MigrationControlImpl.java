package dev.bbm.activities.migration;

import dev.bbm.activities.topology.Transactions;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.MigrationControl;
import dev.bbm.workflows.migration.MigrationRef;
import dev.bbm.workflows.migration.MigrationView;
import dev.bbm.workflows.migration.StatusChange;
import org.apache.ibatis.session.SqlSession;

/**
 * Reads and changes migrations' rows in the database that owns them; the rules are in the SQL
 * functions.
 */
public final class MigrationControlImpl implements MigrationControl {

  private final Transactions transactions;

  public MigrationControlImpl(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public MigrationView load(MigrationRef migration) {
    return transactions.inTransaction(session -> {
      mapper(session).see(migration.uid());
      return view(session, migration.uid());
    });
  }

  @Override
  public MigrationView pause(StatusChange change) {
    return transactions.inTransaction(session -> {
      mapper(session).pause(number(session, change.uid()), change.reason(), change.by());
      return view(session, change.uid());
    });
  }

  @Override
  public MigrationView resume(StatusChange change) {
    return transactions.inTransaction(session -> {
      mapper(session).resume(number(session, change.uid()), change.reason(), change.by());
      return view(session, change.uid());
    });
  }

  private static MigrationMapper mapper(SqlSession session) {
    return session.getMapper(MigrationMapper.class);
  }

  private static long number(SqlSession session, String uid) {
    return mapper(session).findNumber(uid).orElseThrow(() -> notFound(uid));
  }

  private static MigrationView view(SqlSession session, String uid) {
    return mapper(session).findByUid(uid).orElseThrow(() -> notFound(uid));
  }

  private static ApplicationException notFound(String uid) {
    return ApplicationException.of(
        ErrorCode.MIGRATION_NOT_FOUND, "migration %s was deleted".formatted(uid));
  }
}
