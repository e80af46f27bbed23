-- The tracking rows, by GitLab's column names. Bounds are always cursors: JSON arrays of text, one per key column;
-- [] lies before every key. Ranges are half-open: (min_cursor, max_cursor].

CREATE TABLE bbm.job_classes (
    name             text NOT NULL,
    kind             text NOT NULL,
    arguments        jsonb NOT NULL DEFAULT '[]',
    scope            text,
    alias            text,
    strategy         text NOT NULL DEFAULT 'PrimaryKeyBatchingStrategy',
    operation        text NOT NULL,
    feature_category text NOT NULL,
    touches          text[] NOT NULL DEFAULT '{}',
    verify           text,
    hash             text NOT NULL,
    loaded_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT job_classes_pkey PRIMARY KEY (name),
    CONSTRAINT job_classes_kind_check CHECK (kind IN ('sql', 'java')),
    CONSTRAINT job_classes_arguments_check CHECK (jsonb_typeof(arguments) = 'array')
);
COMMENT ON TABLE bbm.job_classes IS 'The registered job classes, so that queueing by SQL validates as the CLI does. arguments: [{"name", "type"}].';

CREATE TABLE bbm.batched_background_migrations (
    id                       bigint GENERATED ALWAYS AS IDENTITY,
    created_at               timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    min_cursor               jsonb NOT NULL,
    max_cursor               jsonb NOT NULL,
    batch_size               integer NOT NULL,
    sub_batch_size           integer NOT NULL,
    "interval"               integer NOT NULL,
    status                   smallint NOT NULL DEFAULT 0,
    job_class_name           text NOT NULL,
    batch_class_name         text NOT NULL DEFAULT 'PrimaryKeyBatchingStrategy',
    table_name               text NOT NULL,
    column_name              text NOT NULL,
    job_arguments            jsonb NOT NULL DEFAULT '[]',
    total_tuple_count        bigint,
    pause_ms                 integer NOT NULL DEFAULT 100,
    max_batch_size           integer,
    started_at               timestamptz,
    finished_at              timestamptz,
    on_hold_until            timestamptz,
    gitlab_schema            text NOT NULL,
    queued_migration_version text,
    uid                      uuid NOT NULL DEFAULT gen_random_uuid(),
    table_schema             text NOT NULL,
    key_columns              text[] NOT NULL,
    key_types                text[] NOT NULL,
    last_cursor              jsonb NOT NULL,
    bound_query              text NOT NULL,
    revision                 bigint NOT NULL DEFAULT 1,
    announced_revision       bigint NOT NULL DEFAULT 0,
    workflow_seen_at         timestamptz,
    lanes                    smallint NOT NULL DEFAULT 1,
    pacing                   text NOT NULL,
    hold_reason              text,
    failover_id              uuid,
    status_before_failover   smallint,
    requested_by             text,
    job_class_hash           text NOT NULL,
    CONSTRAINT migrations_pkey PRIMARY KEY (id),
    CONSTRAINT migrations_uid_key UNIQUE (uid),
    CONSTRAINT migrations_batch_size_check CHECK (batch_size >= sub_batch_size),
    CONSTRAINT migrations_sub_batch_size_check CHECK (sub_batch_size > 0),
    CONSTRAINT migrations_cursors_check CHECK (
        jsonb_typeof(min_cursor) = 'array' AND jsonb_typeof(max_cursor) = 'array' AND jsonb_typeof(last_cursor) = 'array'),
    CONSTRAINT migrations_status_check CHECK (status IN (0, 1, 3, 4, 5, 6, 7, 8, 9)),
    CONSTRAINT migrations_pacing_check CHECK (pacing IN ('interval', 'adaptive')),
    CONSTRAINT migrations_lanes_check CHECK (lanes BETWEEN 1 AND 32),
    CONSTRAINT migrations_key_check CHECK (cardinality(key_columns) > 0 AND cardinality(key_columns) = cardinality(key_types))
);
-- The schema label is not part of the identity: a relabelled migration is still found.
CREATE UNIQUE INDEX migrations_identity_key
    ON bbm.batched_background_migrations (job_class_name, table_schema, table_name, column_name, job_arguments)
 WHERE status NOT IN (7, 8, 9);
CREATE INDEX migrations_status_idx ON bbm.batched_background_migrations (status);
COMMENT ON TABLE bbm.batched_background_migrations IS
    'One row per migration. status: 0 paused, 1 active, 3 finished, 4 failed, 5 finalizing, 6 finalized, 7 transferred, 8 quarantined, 9 stale. last_cursor: how far jobs have been cut. bound_query: finds the next bound; made once, since making it costs as much as running it.';

CREATE TABLE bbm.batched_background_migration_jobs (
    id                              bigint GENERATED ALWAYS AS IDENTITY,
    created_at                      timestamptz NOT NULL DEFAULT now(),
    updated_at                      timestamptz NOT NULL DEFAULT now(),
    started_at                      timestamptz,
    finished_at                     timestamptz,
    batched_background_migration_id bigint NOT NULL,
    min_cursor                      jsonb NOT NULL,
    max_cursor                      jsonb NOT NULL,
    batch_size                      integer NOT NULL,
    sub_batch_size                  integer NOT NULL,
    status                          smallint NOT NULL DEFAULT 0,
    attempts                        smallint NOT NULL DEFAULT 0,
    metrics                         jsonb NOT NULL DEFAULT '{}',
    pause_ms                        integer NOT NULL DEFAULT 100,
    gitlab_schema                   text NOT NULL,
    cursor                          jsonb NOT NULL,
    lane                            smallint NOT NULL,
    claim                           text,
    updated_tuples                  bigint NOT NULL DEFAULT 0,
    epoch                           bigint,
    worker                          text,
    takeovers                       smallint NOT NULL DEFAULT 0,
    takeover_cursor                 jsonb,
    CONSTRAINT jobs_pkey PRIMARY KEY (id),
    CONSTRAINT jobs_migration_id_fkey FOREIGN KEY (batched_background_migration_id)
        REFERENCES bbm.batched_background_migrations (id) ON DELETE CASCADE,
    CONSTRAINT jobs_status_check CHECK (status IN (0, 1, 2, 3)),
    CONSTRAINT jobs_cursors_check CHECK (
        jsonb_typeof(min_cursor) = 'array' AND jsonb_typeof(max_cursor) = 'array' AND jsonb_typeof(cursor) = 'array')
-- A sub-batch updates one job row: room on its page keeps that a HOT update.
) WITH (fillfactor = 50);
CREATE INDEX jobs_migration_id_status_idx ON bbm.batched_background_migration_jobs (batched_background_migration_id, status);
CREATE INDEX jobs_migration_id_lane_idx ON bbm.batched_background_migration_jobs (batched_background_migration_id, lane, id);
COMMENT ON TABLE bbm.batched_background_migration_jobs IS
    'One batch of a migration. status: 0 pending, 1 running, 2 failed, 3 succeeded. cursor: the last key done.';

CREATE TABLE bbm.batched_background_migration_job_transition_logs (
    id                                  bigint GENERATED ALWAYS AS IDENTITY,
    batched_background_migration_job_id bigint NOT NULL,
    created_at                          timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at                          timestamptz NOT NULL DEFAULT clock_timestamp(),
    previous_status                     smallint NOT NULL,
    next_status                         smallint NOT NULL,
    exception_class                     text,
    exception_message                   text,
    sqlstate                            text,
    CONSTRAINT job_transition_logs_pkey PRIMARY KEY (id),
    CONSTRAINT job_transition_logs_job_id_fkey FOREIGN KEY (batched_background_migration_job_id)
        REFERENCES bbm.batched_background_migration_jobs (id) ON DELETE CASCADE
);
CREATE INDEX job_transition_logs_job_id_idx
    ON bbm.batched_background_migration_job_transition_logs (batched_background_migration_job_id);
COMMENT ON TABLE bbm.batched_background_migration_job_transition_logs IS 'Each change of a job''s status, with its error; long ones cut, never dropped.';

CREATE TABLE bbm.migration_events (
    id                              bigint GENERATED ALWAYS AS IDENTITY,
    created_at                      timestamptz NOT NULL DEFAULT clock_timestamp(),
    batched_background_migration_id bigint,
    gitlab_schema                   text,
    kind                            text NOT NULL,
    by                              text,
    reason                          text,
    number                          numeric,
    CONSTRAINT migration_events_pkey PRIMARY KEY (id),
    CONSTRAINT migration_events_migration_id_fkey FOREIGN KEY (batched_background_migration_id)
        REFERENCES bbm.batched_background_migrations (id) ON DELETE CASCADE
);
CREATE INDEX migration_events_migration_id_idx ON bbm.migration_events (batched_background_migration_id);
COMMENT ON TABLE bbm.migration_events IS 'Who did what when: pause, resume, hold and release with reason and number, takeover.';

CREATE TABLE bbm.touched_cursors (
    uid        uuid NOT NULL,
    job_id     bigint NOT NULL,
    after      jsonb NOT NULL,
    through    jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT touched_cursors_pkey PRIMARY KEY (uid, job_id)
);
COMMENT ON TABLE bbm.touched_cursors IS 'How far a job of another database has written here: its last range.';
