package dev.bbm.starter.demo;

/**
 * What a post-deploy hook runs to queue the demonstration's migrations; shown to the user as it is
 * sent.
 */
final class DemoSql {

  static final String QUEUE_ROUTES =
      """
      SELECT bbm.queue_batched_background_migration(
          'BackfillRouteNamespaceId', 'routes', 'id', batch_size => 50000, sub_batch_size => 1000, pause_ms => 2)
      """;

  static final String QUEUE_BUILDS =
      """
      SELECT bbm.queue_batched_background_migration(
          'BackfillBuildProjectId', 'ci_builds', 'id', batch_size => 50000, sub_batch_size => 1000, pause_ms => 2)
      """;

  private DemoSql() {}
}
