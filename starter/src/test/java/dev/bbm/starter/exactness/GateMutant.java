package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * MUTANTS of the SQL functions, made in the database under test by leaving out one piece of their
 * own text.
 */
final class GateMutant {

  private GateMutant() {}

  /** The real code. */
  static void none(Migrated database) {
    assertThat(database.moves()).isZero();
  }

  /** The gate takes no key: nothing makes a fence wait for the sub-batches under way. */
  static void withoutKey(Migrated database) {
    leaveOut(
        database,
        "bbm.gate",
        "PERFORM pg_advisory_xact_lock_shared(7771, bbm.ownership_key(p_schema));");
  }

  /** The gate lets every isolation level pass. */
  static void atAnyIsolation(Migrated database) {
    replace(database, "bbm.gate", "<> 'read committed'", "= 'none'");
  }

  /** Nobody asks who holds the job. */
  static void withoutClaim(Migrated database) {
    leaveOut(database, "bbm.open_sub_batch", "held.claim IS DISTINCT FROM p_claim OR ");
    leaveOut(database, "bbm.close_sub_batch", "u.claim = p_claim AND ");
  }

  /** Nobody asks where the job's cursor stands. */
  static void withoutCursor(Migrated database) {
    replace(database, "bbm.open_sub_batch", "held.cursor <> p_cursor", "false");
    leaveOut(database, "bbm.close_sub_batch", "u.cursor = p_cursor AND ");
  }

  /** Two lanes that close their last jobs do not see each other; both take a moment for it. */
  static void closingWithoutLock(Migrated database) {
    replace(database, "bbm.claim_job", "WHERE l.uid = p_uid FOR UPDATE", "WHERE l.uid = p_uid");
    replace(
        database, "bbm.settle", "    IF unsettled", "    PERFORM pg_sleep(0.3);\n    IF unsettled");
  }

  /** The change is committed without its cursor; {@link CursorApart} moves that afterwards. */
  static void withoutClose(Migrated database) {
    replace(
        database,
        "bbm.change_sub_batch",
        "bbm.close_sub_batch(p_job, p_claim, p_cursor, p_through, p_guard, changed)",
        "to_jsonb(changed)");
  }

  private static void leaveOut(Migrated database, String function, String piece) {
    replace(database, function, piece, "");
  }

  static void replace(Migrated database, String function, String piece, String by) {
    var definition = database.value("SELECT pg_get_functiondef(?::regproc)", function);
    assertThat(definition).as("the mutant's piece of " + function).contains(piece);
    database.execute(definition.replace(piece, by));
  }
}
