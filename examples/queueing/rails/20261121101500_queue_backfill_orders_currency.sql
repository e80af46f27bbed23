-- What a Rails migration sends: one transaction with its own version. In Ruby: execute "SELECT bbm.queue_…".
BEGIN;
CREATE TABLE IF NOT EXISTS schema_migrations (version character varying PRIMARY KEY);
SELECT bbm.queue_batched_background_migration(
           'BackfillOrdersCurrency', 'orders', 'id', batch_size => 10000, sub_batch_size => 1000,
           queued_migration_version => '20261121101500', requested_by => 'rails');
INSERT INTO schema_migrations (version) VALUES ('20261121101500');
COMMIT;
