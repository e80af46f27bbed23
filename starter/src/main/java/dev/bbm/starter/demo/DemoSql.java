package dev.bbm.starter.demo;

/**
 * What a post-deploy hook runs to queue the demonstration's migrations; the first is shown to the
 * user as it is sent.
 */
final class DemoSql {

  static final String QUEUE_ROUTES =
      """
      SELECT bbm.queue_batched_background_migration(
          'BackfillRouteNamespaceId', 'routes', 'id', batch_size => 50000, sub_batch_size => 1000, pause_ms => 20)
      """;

  static final String QUEUE_BUILDS =
      """
      SELECT bbm.queue_batched_background_migration(
          'BackfillBuildProjectId', 'ci_builds', 'id', batch_size => 50000, sub_batch_size => 1000, pause_ms => 20)
      """;

  static final String QUEUE_PIPELINES =
      """
      SELECT bbm.queue_batched_background_migration(
          'BackfillPipelinePartitionId', 'ci_pipelines', 'id', batch_size => 20000, sub_batch_size => 1000, pause_ms => 20)
      """;

  /** Slow, so that it is half done when the databases part. */
  static final String QUEUE_DELETED_RECORDS =
      """
      SELECT bbm.queue_batched_background_migration(
          'BackfillDeletedRecordPartition', 'loose_foreign_keys_deleted_records', 'id', batch_size => 5000, sub_batch_size => 500,
          pause_ms => 150, once_per_place => true)
      """;

  private DemoSql() {}
}
