package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.MigrationView;
import java.util.function.Consumer;

/** Looks at a migration again and again; a database that is away for a while is waited for. */
final class Looks {

  private final Databases databases;
  private final MigrationId migration;
  private final Consumer<String> say;
  private MigrationView last;
  private boolean away;

  /** Looks for the first time; throws MIGRATION_NOT_FOUND, or that its database does not answer. */
  Looks(Databases databases, MigrationId migration, Consumer<String> say) {
    this.databases = databases;
    this.migration = migration;
    this.say = say;
    this.last = databases.load(migration);
  }

  /** The migration as it was seen last. */
  MigrationView last() {
    return last;
  }

  boolean isEnd() {
    return last.status().isEnd() && !isOnItsWay();
  }

  /** Its row here is left behind; it goes on where the database is soon. */
  private boolean isOnItsWay() {
    return last.status() == MigrationStatus.TRANSFERRED
        && databases.isOnItsWay(migration.database());
  }

  /** The migration now, or as it was last while its database does not answer, said once. */
  MigrationView again() {
    try {
      databases.follow(migration.database());
      last = databases.load(migration);
      if (away) {
        say.accept("database \"%s\" answers again".formatted(migration.database()));
        away = false;
      }
    } catch (ApplicationException failure) {
      if (!failure.code().category().isRetried()) {
        throw failure;
      }
      if (!away) {
        say.accept(failure.getMessage() + "; looking again");
        away = true;
      }
    }
    return last;
  }
}
