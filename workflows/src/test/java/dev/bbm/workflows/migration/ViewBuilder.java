package dev.bbm.workflows.migration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Builds views of one migration, by default half done and running. */
final class ViewBuilder {

  static final String UID = "7b0c0f8e-5a5e-4c43-9d2b-3a1f6d2b9c01";
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private String id = "main_1";
  private String gitlabSchema = "gitlab_main";
  private long epoch = 1;
  private long revision = 1;
  private MigrationStatus status = MigrationStatus.ACTIVE;
  private String jobClassHash = "9f3c2a71";
  private @Nullable String reason;
  private @Nullable String by;
  private @Nullable Instant since;
  private long rows = 6_700_000;
  private @Nullable Long estimatedRows = 12_400_000L;
  private @Nullable Integer percent = 54;
  private @Nullable Long rowsPerSecond = 22_800L;
  private String cursor = "[\"26014882\"]";
  private int lanes = 1;
  private long failedJobs;
  private long retriedJobs = 3;
  private Instant asOf = NOON;
  private @Nullable Instant startedAt = NOON.minusSeconds(270);
  private @Nullable Instant finishedAt;

  private ViewBuilder() {}

  static ViewBuilder aView() {
    return new ViewBuilder();
  }

  static ViewBuilder like(MigrationView view) {
    var builder = new ViewBuilder();
    builder.id = view.id();
    builder.gitlabSchema = view.gitlabSchema();
    builder.epoch = view.epoch();
    builder.revision = view.revision();
    builder.status = view.status();
    builder.jobClassHash = view.jobClassHash();
    builder.reason = view.reason();
    builder.by = view.by();
    builder.since = view.since();
    builder.rows = view.rows();
    builder.estimatedRows = view.estimatedRows();
    builder.percent = view.percent();
    builder.rowsPerSecond = view.rowsPerSecond();
    builder.cursor = view.cursor();
    builder.lanes = view.lanes();
    builder.failedJobs = view.failedJobs();
    builder.retriedJobs = view.retriedJobs();
    builder.asOf = view.asOf();
    builder.startedAt = view.startedAt();
    builder.finishedAt = view.finishedAt();
    return builder;
  }

  ViewBuilder at(long epoch, long revision) {
    this.epoch = epoch;
    this.revision = revision;
    return this;
  }

  ViewBuilder nextRevision() {
    revision++;
    return this;
  }

  ViewBuilder in(MigrationStatus status) {
    this.status = status;
    return this;
  }

  ViewBuilder because(@Nullable String reason) {
    this.reason = reason;
    return this;
  }

  ViewBuilder by(@Nullable String by) {
    this.by = by;
    return this;
  }

  ViewBuilder since(@Nullable Instant since) {
    this.since = since;
    return this;
  }

  ViewBuilder onLanes(int lanes) {
    this.lanes = lanes;
    return this;
  }

  ViewBuilder ofClass(String jobClassHash) {
    this.jobClassHash = jobClassHash;
    return this;
  }

  ViewBuilder done(@Nullable Integer percent) {
    this.percent = percent;
    return this;
  }

  ViewBuilder changed(long rows, @Nullable Long estimatedRows) {
    this.rows = rows;
    this.estimatedRows = estimatedRows;
    return this;
  }

  ViewBuilder atRate(@Nullable Long rowsPerSecond) {
    this.rowsPerSecond = rowsPerSecond;
    return this;
  }

  ViewBuilder atCursor(String cursor) {
    this.cursor = cursor;
    return this;
  }

  ViewBuilder withJobs(long failed, long retried) {
    failedJobs = failed;
    retriedJobs = retried;
    return this;
  }

  ViewBuilder asOf(Instant asOf) {
    this.asOf = asOf;
    return this;
  }

  ViewBuilder started(@Nullable Instant startedAt) {
    this.startedAt = startedAt;
    return this;
  }

  ViewBuilder finished(@Nullable Instant finishedAt) {
    this.finishedAt = finishedAt;
    return this;
  }

  MigrationView build() {
    return new MigrationView(
        id,
        UID,
        gitlabSchema,
        "main",
        epoch,
        revision,
        status,
        "BackfillOrdersCurrency",
        jobClassHash,
        "orders",
        "id",
        reason,
        by,
        since,
        rows,
        estimatedRows,
        percent,
        rowsPerSecond,
        cursor,
        lanes,
        50_000,
        1_000,
        failedJobs,
        retriedJobs,
        asOf,
        startedAt,
        finishedAt);
  }
}
