-- psql --set ON_ERROR_STOP=on --single-transaction --file this.sql
SELECT bbm.queue_batched_background_migration(
           'BackfillOrdersCurrency', 'orders', 'id', batch_size => 10000, sub_batch_size => 1000,
           requested_by => 'psql');
