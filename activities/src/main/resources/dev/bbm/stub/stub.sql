-- The functions that hooks call, for the test databases of an application: they take what the real ones take, and do nothing.
-- ./bbm init replaces this schema by the real one.
CREATE SCHEMA bbm;
COMMENT ON SCHEMA bbm IS 'stub of bbm';

CREATE FUNCTION bbm.queue_batched_background_migration(
    job_class_name           text,
    table_name               text,
    column_name              text     DEFAULT NULL,
    job_arguments            jsonb    DEFAULT '[]',
    job_interval             interval DEFAULT NULL,
    batch_min_value          text     DEFAULT NULL,
    batch_max_value          text     DEFAULT NULL,
    batch_class_name         text     DEFAULT 'PrimaryKeyBatchingStrategy',
    batch_size               integer  DEFAULT 1000,
    sub_batch_size           integer  DEFAULT 100,
    max_batch_size           integer  DEFAULT NULL,
    pause_ms                 integer  DEFAULT 100,
    gitlab_schema            text     DEFAULT NULL,
    lanes                    integer  DEFAULT 1,
    queued_migration_version text     DEFAULT NULL,
    requested_by             text     DEFAULT NULL,
    once_per_place           boolean  DEFAULT false
) RETURNS bigint
LANGUAGE sql AS
$$ SELECT 0::bigint $$;

CREATE FUNCTION bbm.delete_batched_background_migration(
    job_class_name text,
    table_name     text,
    column_name    text  DEFAULT NULL,
    job_arguments  jsonb DEFAULT '[]'
) RETURNS boolean
LANGUAGE sql AS
$$ SELECT false $$;

CREATE FUNCTION bbm.ensure_batched_background_migration_is_finished(
    job_class_name text,
    table_name     text,
    column_name    text  DEFAULT NULL,
    job_arguments  jsonb DEFAULT '[]'
) RETURNS void
LANGUAGE sql AS
$$ SELECT $$;
