SELECT bbm.queue_batched_background_migration(
           'BackfillOrdersCurrency', 'orders', 'id', batch_size => 10000, sub_batch_size => 1000,
           queued_migration_version => '20261121101500', requested_by => 'flyway');
