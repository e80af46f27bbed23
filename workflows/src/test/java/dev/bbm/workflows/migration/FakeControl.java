package dev.bbm.workflows.migration;

import static dev.bbm.workflows.migration.MigrationStatus.ACTIVE;
import static dev.bbm.workflows.migration.MigrationStatus.FAILED;
import static dev.bbm.workflows.migration.MigrationStatus.PAUSED;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The control activities on a row in memory, with the arrows of the SQL functions. */
final class FakeControl implements MigrationControl {

  private final FakeRow row;
  private final List<StatusChange> pauses = new CopyOnWriteArrayList<>();
  private final List<StatusChange> resumes = new CopyOnWriteArrayList<>();
  private final List<MigrationRef> loads = new CopyOnWriteArrayList<>();
  private final CountDownLatch mayPause = new CountDownLatch(1);
  private volatile boolean slow;
  private volatile @Nullable ApplicationFailure outage;

  FakeControl(FakeRow row) {
    this.row = row;
  }

  @Override
  public MigrationView load(MigrationRef migration) {
    checkOutage();
    loads.add(migration);
    return row.view();
  }

  @Override
  public MigrationView pause(StatusChange change) {
    checkOutage();
    pauses.add(change);
    awaitPermission();
    return switch (row.view().status()) {
      case PAUSED -> row.view();
      case ACTIVE -> row.change(view -> view.in(PAUSED).because(change.reason()).by(change.by()));
      default -> throw refusal("only an active migration can be paused");
    };
  }

  @Override
  public MigrationView resume(StatusChange change) {
    checkOutage();
    resumes.add(change);
    return switch (row.view().status()) {
      case ACTIVE -> row.view();
      case PAUSED, FAILED -> row.change(view -> view.in(ACTIVE).because(null).by(null));
      default -> throw refusal("only a paused or failed migration can be resumed");
    };
  }

  /** From now on every call fails, to be tried again. */
  void goDown(ErrorCode code, String message) {
    outage = ApplicationFailure.newFailure(message, code.name());
  }

  /** From now on a pause lasts until {@link #letPausesGo()}. */
  void slowDownPauses() {
    slow = true;
  }

  void letPausesGo() {
    mayPause.countDown();
  }

  /** Each time the row was read. */
  List<MigrationRef> loads() {
    return loads;
  }

  /** Each pause that was asked for. */
  List<StatusChange> pauses() {
    return pauses;
  }

  /** Each resume that was asked for. */
  List<StatusChange> resumes() {
    return resumes;
  }

  private void awaitPermission() {
    try {
      if (slow && !mayPause.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test never lets the pause go");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkOutage() {
    ApplicationFailure down = outage;
    if (down != null) {
      throw down;
    }
  }

  private ApplicationFailure refusal(String rule) {
    return ApplicationFailure.newNonRetryableFailure(
        "%s is %s: %s".formatted(row.view().id(), row.view().status().word(), rule),
        ErrorCode.ILLEGAL_TRANSITION.name());
  }
}
