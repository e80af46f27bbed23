package dev.bbm.workflows.failover;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Steps that succeed at once, but for those that a test makes fail; it notes every call. */
final class ScriptedFailover implements FailoverActivities {

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Supplier<?>> script = new ConcurrentHashMap<>();
  private volatile boolean failed;

  /** Each call so far by its name; those that are tried again once. */
  List<String> calls() {
    return calls;
  }

  /** Whether a call failed as the script says. */
  boolean hasFailed() {
    return failed;
  }

  /** From now on the call fails for good, as a rule's refusal does. */
  ScriptedFailover refuse(String call, String why) {
    return on(
        call,
        () -> {
          throw ApplicationFailure.newNonRetryableFailure(why, ErrorCode.FAILOVER_REFUSED.name());
        });
  }

  /** From now on the call fails and is tried again, as on a server that does not answer. */
  ScriptedFailover hang(String call, String why) {
    return on(
        call,
        () -> {
          throw ApplicationFailure.newFailure(why, ErrorCode.DATABASE_UNREACHABLE.name());
        });
  }

  ScriptedFailover on(String call, Supplier<?> answer) {
    script.put(call, answer);
    return this;
  }

  ScriptedFailover heal(String call) {
    script.remove(call);
    return this;
  }

  @SuppressWarnings("unchecked")
  private <T> T answer(String call, T usual) {
    if (calls.isEmpty() || !calls.getLast().equals(call)) {
      calls.add(call);
    }
    Supplier<?> scripted = script.get(call);
    try {
      return scripted == null ? usual : (T) scripted.get();
    } catch (ApplicationFailure failure) {
      failed = true;
      throw failure;
    }
  }

  @Override
  public List<CheckResult> check(FailoverRequest request) {
    return answer("check", List.of(CheckResult.passed("P1", "labels", "2 migrations")));
  }

  @Override
  public List<String> label(FailoverRequest request) {
    return answer("label", List.of("main_3: ci_pipelines is gitlab_ci, not gitlab_main"));
  }

  @Override
  public long drain(FailoverRequest request) {
    return answer("drain", 0L);
  }

  @Override
  public FenceToken fence(FailoverRequest request) {
    return answer("fence", ServerNotation.FENCE);
  }

  @Override
  public int lockMoved(FailoverRequest request) {
    return answer("lockMoved", 12);
  }

  @Override
  public String catchUp(FailoverRequest request, FenceToken fence) {
    return answer("catchUp", "0/5000060");
  }

  @Override
  public void promote(FailoverRequest request, FenceToken fence) {
    answer("promote", true);
  }

  @Override
  public int confirmPromotion(FailoverRequest request, FenceToken fence) {
    return answer("confirmPromotion", 2);
  }

  @Override
  public String adopt(FailoverRequest request, FenceToken fence, String newPlace) {
    return answer("adopt", newPlace);
  }

  @Override
  public int retire(FailoverRequest request, FenceToken fence) {
    return answer("retire", 2);
  }

  @Override
  public void decide(FailoverRequest request, FenceToken fence) {
    answer("decide", true);
  }

  @Override
  public long activate(FailoverRequest request, FenceToken fence) {
    return answer("activate", 3L);
  }

  @Override
  public int lockForeign(FailoverRequest request) {
    return answer("lockForeign", 40);
  }

  @Override
  public List<CheckResult> verify(FailoverRequest request, FenceToken fence) {
    return answer("verify", List.of(CheckResult.passed("C1", "cursors", "2 equal")));
  }

  @Override
  public HookResult runHook(FailoverRequest request, Hook hook, boolean undo) {
    String call = (undo ? "undo " : "") + hook.key();
    return answer(call, new HookResult(hook, undo, 0, Duration.ZERO, ""));
  }

  @Override
  public List<MigrationVerdict> listMigrations(FailoverScope scope) {
    return answer("listMigrations", List.of());
  }

  @Override
  public Decision abort(FailoverRequest request, String reason) {
    return answer("abort", Decision.ABORT);
  }

  @Override
  public boolean checkRollback(FailoverScope scope, boolean copyIsStopped) {
    return answer("checkRollback", false);
  }

  @Override
  public long fenceCopy(FailoverRequest request, boolean copyIsStopped) {
    return answer(copyIsStopped ? "fenceCopy, stopped" : "fenceCopy", 4L);
  }

  @Override
  public void takeBack(
      FailoverRequest request, long copyEpoch, boolean copyIsStopped, String reason) {
    answer("takeBack above " + copyEpoch, true);
  }
}
