-- Queueing from any tool's hook, in the hook's own transaction, with GitLab's option names and defaults.

-- The id as people type it: ci_10.
CREATE FUNCTION bbm.display_id(p_id bigint) RETURNS text
LANGUAGE sql STABLE AS
$$
SELECT coalesce((SELECT i.database_name FROM bbm.database_identity AS i ORDER BY i.names_ids DESC, i.database_name LIMIT 1) || '_', '') || p_id
$$;

CREATE FUNCTION bbm.status_name(p_status smallint) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
SELECT CASE p_status WHEN 0 THEN 'paused' WHEN 1 THEN 'active' WHEN 3 THEN 'finished' WHEN 4 THEN 'failed' WHEN 5 THEN 'finalizing'
            WHEN 6 THEN 'finalized' WHEN 7 THEN 'transferred' WHEN 8 THEN 'quarantined' WHEN 9 THEN 'stale' END
$$;

CREATE FUNCTION bbm.record_event(
    p_migration bigint,
    p_schema    text,
    p_kind      text,
    p_by        text    DEFAULT NULL,
    p_reason    text    DEFAULT NULL,
    p_number    numeric DEFAULT NULL
) RETURNS void
LANGUAGE sql VOLATILE AS
$$
INSERT INTO bbm.migration_events (batched_background_migration_id, gitlab_schema, kind, by, reason, number)
VALUES (p_migration, p_schema, p_kind, coalesce(p_by, session_user), p_reason, p_number)
$$;

CREATE FUNCTION bbm.find_migration(p_job_class text, p_table text, p_column text, p_arguments jsonb) RETURNS bbm.batched_background_migrations
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    relation oid := bbm.find_table(p_table);
    found    bbm.batched_background_migrations;
BEGIN
    SELECT m.* INTO found
      FROM bbm.batched_background_migrations AS m
      LEFT JOIN pg_catalog.pg_class AS c ON c.oid = relation
      LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE m.job_class_name = regexp_replace(p_job_class, '^(::)?(Gitlab::BackgroundMigration::)?', '')
       AND m.table_name = coalesce(c.relname, p_table)
       AND m.table_schema = coalesce(n.nspname, m.table_schema)
       AND (coalesce(p_column, '') = '' OR m.column_name = p_column OR m.key_columns = string_to_array(replace(p_column, ' ', ''), ','))
       AND m.job_arguments = coalesce(p_arguments, '[]')
       AND m.status NOT IN (7, 8, 9)
     ORDER BY m.id
     LIMIT 1;
    RETURN found;
END
$$;

-- Queues one migration and returns its id. The same configuration again: a notice, and the id that it has already.
-- A given job_interval means pacing by interval; without one jobs run back to back, each sized to about 30 s of work.
-- Bounds are the unscoped first and last key by index; an empty table makes a migration that is finished at once.
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
LANGUAGE plpgsql VOLATILE AS
$$
#variable_conflict use_column
DECLARE
    a_class    bbm.job_classes;
    relation   oid;
    known      bbm.batched_background_migrations;
    source     bbm.batch_source;
    label      text;
    first_key  jsonb;
    last_key   jsonb;
    start      jsonb;
    new_id     bigint;
    class_name text := regexp_replace(queue_batched_background_migration.job_class_name, '^(::)?(Gitlab::BackgroundMigration::)?', '');
BEGIN
    SELECT c.* INTO a_class FROM bbm.job_classes AS c WHERE c.name = class_name;
    IF a_class.name IS NULL THEN
        RAISE EXCEPTION 'unknown job class "%"', class_name
            USING ERRCODE = 'BM103', HINT = format('known here: %s; load others with ./bbm init or a worker''s start', coalesce((
                SELECT string_agg(c.name, ', ' ORDER BY c.name) FROM bbm.job_classes AS c), 'none'));
    END IF;
    relation := bbm.find_table(queue_batched_background_migration.table_name);
    IF relation IS NULL THEN
        RAISE EXCEPTION 'unknown table "%"', queue_batched_background_migration.table_name
            USING ERRCODE = 'BM101', HINT = format('tables of database "%s" are listed by psql''s \dt', current_database());
    END IF;
    IF coalesce(queue_batched_background_migration.batch_class_name, '') <> 'PrimaryKeyBatchingStrategy' THEN
        RAISE EXCEPTION 'unknown batching strategy "%"', queue_batched_background_migration.batch_class_name
            USING ERRCODE = 'BM106', HINT = 'use PrimaryKeyBatchingStrategy';
    END IF;
    PERFORM bbm.check_job_arguments(a_class, queue_batched_background_migration.job_arguments);
    PERFORM bbm.check_sizes(
        queue_batched_background_migration.batch_size, queue_batched_background_migration.sub_batch_size,
        queue_batched_background_migration.max_batch_size, queue_batched_background_migration.pause_ms,
        queue_batched_background_migration.lanes, queue_batched_background_migration.job_interval);
    SELECT n.nspname, c.relname, coalesce(a_class.alias, c.relname), k.key_columns, k.key_types, a_class.scope
      INTO source
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL bbm.find_key(relation, queue_batched_background_migration.column_name) AS k
     WHERE c.oid = relation;
    label := bbm.label_for(source.table_name, queue_batched_background_migration.gitlab_schema, queue_batched_background_migration.once_per_place);
    PERFORM bbm.gate_to_queue(label);

    known := bbm.find_migration(class_name, queue_batched_background_migration.table_name,
                                array_to_string(source.key_columns, ','), queue_batched_background_migration.job_arguments);
    IF known.id IS NOT NULL THEN
        RAISE NOTICE '% is queued already as % (%)', class_name, bbm.display_id(known.id), bbm.status_name(known.status);
        RETURN known.id;
    END IF;

    first_key := bbm.edge_key(source, false);
    last_key := bbm.bound_given(source, queue_batched_background_migration.batch_max_value, bbm.edge_key(source, true));
    start := bbm.start_before(source, bbm.bound_given(source, queue_batched_background_migration.batch_min_value, first_key));
    INSERT INTO bbm.batched_background_migrations (
        min_cursor, max_cursor, last_cursor, bound_query, batch_size, sub_batch_size, "interval", status, job_class_name, batch_class_name,
        table_name, column_name, job_arguments, total_tuple_count, pause_ms, max_batch_size, started_at, finished_at, gitlab_schema,
        queued_migration_version, table_schema, key_columns, key_types, lanes, pacing, requested_by, job_class_hash)
    VALUES (
        coalesce(start, '[]'), coalesce(last_key, '[]'), coalesce(start, '[]'), bbm.bound_query(source, false),
        queue_batched_background_migration.batch_size, queue_batched_background_migration.sub_batch_size,
        coalesce(ceil(extract(epoch FROM queue_batched_background_migration.job_interval)), 120),
        CASE WHEN first_key IS NULL THEN 3 ELSE 1 END, class_name, queue_batched_background_migration.batch_class_name,
        source.table_name, array_to_string(source.key_columns, ','), queue_batched_background_migration.job_arguments,
        bbm.estimated_rows(relation), queue_batched_background_migration.pause_ms, queue_batched_background_migration.max_batch_size,
        CASE WHEN first_key IS NOT NULL THEN now() END, CASE WHEN first_key IS NULL THEN now() END, label,
        queue_batched_background_migration.queued_migration_version, source.table_schema, source.key_columns, source.key_types,
        queue_batched_background_migration.lanes,
        CASE WHEN queue_batched_background_migration.job_interval IS NULL THEN 'adaptive' ELSE 'interval' END,
        coalesce(queue_batched_background_migration.requested_by, session_user), a_class.hash)
        ON CONFLICT DO NOTHING
        RETURNING id INTO new_id;
    IF new_id IS NULL THEN
        -- Somebody else queued it since the look-up above.
        known := bbm.find_migration(class_name, queue_batched_background_migration.table_name,
                                    array_to_string(source.key_columns, ','), queue_batched_background_migration.job_arguments);
        RAISE NOTICE '% is queued already as % (%)', class_name, bbm.display_id(known.id), bbm.status_name(known.status);
        RETURN known.id;
    END IF;
    PERFORM bbm.record_event(new_id, label, CASE WHEN first_key IS NULL THEN 'finished' ELSE 'queued' END,
                             queue_batched_background_migration.requested_by, CASE WHEN first_key IS NULL THEN 'the table is empty' END);
    RETURN new_id;
END
$$;

-- The gitlab_schema of a table for queueing: the dictionary's, and the given one only if it agrees.
CREATE FUNCTION bbm.label_for(p_table text, p_given text, p_once_per_place boolean) RETURNS text
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    label text := bbm.schema_of_table(p_table);
BEGIN
    IF p_given IS NOT NULL AND NOT EXISTS (SELECT FROM bbm.schema_ownership AS s WHERE s.gitlab_schema = p_given)
       AND NOT EXISTS (SELECT FROM bbm.gitlab_schemas AS g WHERE g.name = p_given)
       AND NOT EXISTS (SELECT FROM bbm.table_schemas AS d WHERE d.gitlab_schema = p_given) THEN
        RAISE EXCEPTION 'unknown gitlab_schema "%"', p_given
            USING ERRCODE = 'BM104', HINT = format('known here: %s', coalesce((
                SELECT string_agg(s.gitlab_schema, ', ' ORDER BY s.gitlab_schema) FROM bbm.schema_ownership AS s), 'none'));
    END IF;
    IF label IS NULL THEN
        RAISE EXCEPTION 'table "%" is in no gitlab_schema', p_table
            USING ERRCODE = 'BM111', HINT = bbm.how_to_classify(p_table);
    END IF;
    IF p_given IS NOT NULL AND p_given <> label THEN
        RAISE EXCEPTION 'table "%" is in gitlab_schema "%", not "%"', p_table, label, p_given
            USING ERRCODE = 'BM108', HINT = 'leave gitlab_schema out: the dictionary knows it';
    END IF;
    IF bbm.is_shared(label) AND NOT p_once_per_place THEN
        RAISE EXCEPTION 'table "%" is in %, which every database has: one migration would change one copy only', p_table, label
            USING ERRCODE = 'BM108', HINT = 'queue it in each database with once_per_place => true';
    END IF;
    RETURN label;
END
$$;

-- The gate for queueing: of one schema; for gitlab_shared of all, in name order, and none may be in a failover.
CREATE FUNCTION bbm.gate_to_queue(p_schema text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    held record;
BEGIN
    IF NOT bbm.is_shared(p_schema) THEN
        PERFORM bbm.gate_for_queueing(p_schema);
        RETURN;
    END IF;
    FOR held IN SELECT s.gitlab_schema FROM bbm.schema_ownership AS s ORDER BY s.gitlab_schema LOOP
        PERFORM pg_advisory_xact_lock_shared(7771, bbm.ownership_key(held.gitlab_schema));
    END LOOP;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM 1 FROM bbm.schema_ownership AS s ORDER BY s.gitlab_schema FOR SHARE; -- as gate_for_queueing: 40001 for a later fence
    END IF;
    SELECT s.gitlab_schema, s.state INTO held FROM bbm.schema_ownership AS s WHERE s.state IN ('FENCED', 'READY') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a failover moves gitlab_schema "%" (%): nothing can be queued for % now', held.gitlab_schema, held.state, p_schema
            USING ERRCODE = 'BM001', HINT = './bbm failover resume';
    END IF;
    PERFORM bbm.gate_for_queueing(p_schema);
END
$$;

-- A bound given as text (single keys only), or the table's own; NULL when the table is empty.
CREATE FUNCTION bbm.bound_given(p_source bbm.batch_source, p_value text, p_edge jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    typed text;
BEGIN
    IF p_value IS NULL OR p_edge IS NULL THEN
        RETURN p_edge;
    END IF;
    IF cardinality(p_source.key_columns) > 1 THEN
        RAISE EXCEPTION 'batch_min_value and batch_max_value need a key of one column, not (%)', array_to_string(p_source.key_columns, ', ')
            USING ERRCODE = 'BM106', HINT = 'leave them out: the whole table is walked';
    END IF;
    BEGIN
        EXECUTE format('SELECT to_jsonb($1::%s)#>>''{}''', p_source.key_types[1]) INTO typed USING p_value;
    EXCEPTION WHEN data_exception THEN
        RAISE EXCEPTION 'the bound "%" is no %', p_value, p_source.key_types[1]
            USING ERRCODE = 'BM106', HINT = format('give a value of column "%s"', p_source.key_columns[1]);
    END;
    RETURN jsonb_build_array(typed);
END
$$;

-- The cursor just before a first key: for whole numbers one less; else the greatest smaller key, or [] if there is none.
CREATE FUNCTION bbm.start_before(p_source bbm.batch_source, p_first jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    start jsonb;
BEGIN
    IF p_first IS NULL THEN
        RETURN NULL;
    END IF;
    IF cardinality(p_source.key_types) = 1 AND p_source.key_types[1] IN ('smallint', 'integer', 'bigint')
       AND (p_first->>0)::numeric > (CASE p_source.key_types[1] WHEN 'smallint' THEN -32768 WHEN 'integer' THEN -2147483648 ELSE -9223372036854775808 END) THEN
        RETURN jsonb_build_array(((p_first->>0)::numeric - 1)::text);
    END IF;
    EXECUTE format('SELECT jsonb_build_array(%s) FROM (SELECT %s FROM %I.%I AS %I WHERE (%s) < (%s) ORDER BY %s LIMIT 1) AS edge',
        (SELECT string_agg(format('to_jsonb(edge.%I)#>>''{}''', c.name), ', ' ORDER BY c.n)
           FROM unnest(p_source.key_columns) WITH ORDINALITY AS c (name, n)),
        bbm.key_list(p_source.alias, p_source.key_columns), p_source.table_schema, p_source.table_name, p_source.alias,
        bbm.key_list(p_source.alias, p_source.key_columns), bbm.cursor_list(1, p_source.key_types),
        (SELECT string_agg(format('%I.%I DESC', p_source.alias, c.name), ', ' ORDER BY c.n)
           FROM unnest(p_source.key_columns) WITH ORDINALITY AS c (name, n)))
       INTO start USING p_first;
    RETURN coalesce(start, '[]');
END
$$;

-- The planner's estimate; partitions are summed. NULL when the table was never analyzed.
CREATE FUNCTION bbm.estimated_rows(p_table oid) RETURNS bigint
LANGUAGE sql STABLE AS
$$
SELECT nullif(sum(greatest(c.reltuples, 0)), 0)::bigint
  FROM pg_catalog.pg_class AS c
 WHERE c.oid = p_table AND c.relkind = 'r'
    OR c.oid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree(p_table) AS t WHERE t.isleaf)
$$;
