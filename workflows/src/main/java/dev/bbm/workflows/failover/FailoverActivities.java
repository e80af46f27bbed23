package dev.bbm.workflows.failover;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/**
 * The steps of a failover: each reads first what is, writes by {@link StepRules}, records itself in
 * the journal, and may be repeated by anyone at any time. A step that its rule refuses throws
 * FAILOVER_REFUSED.
 */
@ActivityInterface(namePrefix = "Failover.")
public interface FailoverActivities {

  /** Step 0: the journal's row, then P1 to P13. */
  @ActivityMethod
  List<CheckResult> check(FailoverRequest request);

  /** Step 1; what was changed, each one sentence. */
  @ActivityMethod
  List<String> label(FailoverRequest request);

  /** Step 2; how many jobs were still claimed at its end. */
  @ActivityMethod
  long drain(FailoverRequest request);

  /** Step 3, with the migrations as they stand at the fence. */
  @ActivityMethod
  FenceToken fence(FailoverRequest request);

  /** Step 4; how many tables are locked. */
  @ActivityMethod
  int lockMoved(FailoverRequest request);

  /** Step 5: waits until the standby shows the fence and the WAL of step 4; where that was. */
  @ActivityMethod
  String catchUp(FailoverRequest request, FenceToken fence);

  /** Step 6: promotes, unless a person does. */
  @ActivityMethod
  void promote(FailoverRequest request, FenceToken fence);

  /** Step 6: waits until the copy is promoted; its timeline. */
  @ActivityMethod
  int confirmPromotion(FailoverRequest request, FenceToken fence);

  /** Step 7, with the migrations as they start there; the place that the copy has. */
  @ActivityMethod
  String adopt(FailoverRequest request, FenceToken fence, String newPlace);

  /** Step 8; how many migrations were transferred. */
  @ActivityMethod
  int retire(FailoverRequest request, FenceToken fence);

  /** Step 9. */
  @ActivityMethod
  void decide(FailoverRequest request, FenceToken fence);

  /** Step 10; the epoch of the moved schemas there. */
  @ActivityMethod
  long activate(FailoverRequest request, FenceToken fence);

  /** Step 11: the foreign tables of the copy; how many are locked. */
  @ActivityMethod
  int lockForeign(FailoverRequest request);

  /** Step 12: C1 to C9. */
  @ActivityMethod
  List<CheckResult> verify(FailoverRequest request, FenceToken fence);

  /** Runs a hook or its undo; a failing one throws HOOK_FAILED. */
  @ActivityMethod
  HookResult runHook(FailoverRequest request, Hook hook, boolean undo);

  /** Each migration of the failover, with what became of it. */
  @ActivityMethod
  List<MigrationVerdict> listMigrations(FailoverScope scope);

  /**
   * The way back before the decision: ABORT, the copy, the source's tables and rows. Returns
   * COMMIT, with nothing changed, when the journal says that: then there is no such way.
   */
  @ActivityMethod
  Decision abort(FailoverRequest request, String reason);

  /**
   * Whether changes come back from the copy by the operator's own replication; refused where they
   * come without the migrations' progress. Changes nothing.
   */
  @ActivityMethod
  boolean checkRollback(FailoverScope scope, boolean copyIsStopped);

  /** The rollback's fence on the copy; the highest epoch there. */
  @ActivityMethod
  long fenceCopy(FailoverRequest request, boolean copyIsStopped);

  /** The rollback's return to the source, above the copy's epoch. */
  @ActivityMethod
  void takeBack(FailoverRequest request, long copyEpoch, boolean copyIsStopped, String reason);
}
