-- What an operator does to a migration by its number, beside pausing and resuming it. Lock order: ownership key, migration, job.

-- Marks it finalized, once every job has succeeded; false when it was so before.
CREATE FUNCTION bbm.finalize_migration(p_id bigint, p_by text DEFAULT NULL) RETURNS boolean
LANGUAGE sql VOLATILE AS
$$
SELECT bbm.mark_finalized(bbm.lock_migration(p_id), p_by)
$$;

-- Gives failed jobs their attempts back, and returns how many these are. A failed migration starts again.
CREATE FUNCTION bbm.retry_failed_jobs(p_id bigint, p_reason text DEFAULT NULL, p_by text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m     bbm.batched_background_migrations := bbm.lock_migration(p_id);
    again bigint;
BEGIN
    IF m.status IN (7, 8, 9) THEN
        RAISE EXCEPTION '% is %: its jobs are not tried again here', bbm.display_id(p_id), bbm.status_name(m.status)
            USING ERRCODE = 'BM110', HINT = format('./bbm status %s', bbm.display_id(p_id));
    END IF;
    UPDATE bbm.batched_background_migration_jobs AS j
       SET attempts = 0, updated_at = clock_timestamp()
     WHERE j.batched_background_migration_id = p_id AND j.status = 2 AND (j.attempts >= 3 OR m.status = 4);
    GET DIAGNOSTICS again = ROW_COUNT;
    IF again = 0 THEN
        RETURN 0;
    END IF;
    IF m.status = 4 THEN
        PERFORM bbm.enter_status(p_id, 1::smallint, 'retried', p_by, p_reason);
    ELSE
        UPDATE bbm.batched_background_migrations AS u
           SET revision = u.revision + 1, updated_at = clock_timestamp()
         WHERE u.id = p_id;
        PERFORM bbm.record_event(p_id, m.gitlab_schema, 'retried', p_by, p_reason, again);
    END IF;
    RETURN again;
END
$$;

-- Changes sizes and pacing, for the jobs that are cut from now on; what is NULL stays. Returns what was changed, in words; NULL
-- when it was so before.
CREATE FUNCTION bbm.adjust_migration(
    p_id bigint, p_batch_size integer DEFAULT NULL, p_sub_batch_size integer DEFAULT NULL, p_max_batch_size integer DEFAULT NULL,
    p_pause_ms integer DEFAULT NULL, p_lanes integer DEFAULT NULL, p_interval interval DEFAULT NULL, p_adaptive boolean DEFAULT false,
    p_reason text DEFAULT NULL, p_by text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m       bbm.batched_background_migrations := bbm.lock_migration(p_id);
    n       bbm.batched_background_migrations := m;
    changes text;
BEGIN
    IF m.status NOT IN (0, 1, 4, 5) THEN
        RAISE EXCEPTION '% is %: nothing of it is left to run', bbm.display_id(p_id), bbm.status_name(m.status)
            USING ERRCODE = 'BM110', HINT = format('./bbm status %s', bbm.display_id(p_id));
    END IF;
    n.batch_size := coalesce(p_batch_size, m.batch_size);
    n.sub_batch_size := coalesce(p_sub_batch_size, m.sub_batch_size);
    n.max_batch_size := coalesce(p_max_batch_size, m.max_batch_size);
    n.pause_ms := coalesce(p_pause_ms, m.pause_ms);
    PERFORM bbm.check_sizes(n.batch_size, n.sub_batch_size, n.max_batch_size, n.pause_ms, coalesce(p_lanes, m.lanes), p_interval);
    n.lanes := coalesce(p_lanes, m.lanes);
    n."interval" := coalesce(ceil(extract(epoch FROM p_interval)), m."interval");
    n.pacing := CASE WHEN p_interval IS NOT NULL THEN 'interval' WHEN p_adaptive THEN 'adaptive' ELSE m.pacing END;
    SELECT string_agg(format('%s %s instead of %s', c.name, c.new, coalesce(c.old, 'none')), ', ' ORDER BY c.place)
      INTO changes
      FROM (VALUES (1, 'batch_size', m.batch_size::text, n.batch_size::text),
                   (2, 'sub_batch_size', m.sub_batch_size::text, n.sub_batch_size::text),
                   (3, 'max_batch_size', m.max_batch_size::text, n.max_batch_size::text),
                   (4, 'pause_ms', m.pause_ms::text, n.pause_ms::text),
                   (5, 'lanes', m.lanes::text, n.lanes::text),
                   (6, 'pacing', m.pacing, n.pacing),
                   (7, 'job_interval', m."interval" || ' s', n."interval" || ' s')) AS c (place, name, old, new)
     WHERE c.old IS DISTINCT FROM c.new;
    IF changes IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE bbm.batched_background_migrations AS u
       SET batch_size = n.batch_size, sub_batch_size = n.sub_batch_size, max_batch_size = n.max_batch_size, pause_ms = n.pause_ms,
           lanes = n.lanes, "interval" = n."interval", pacing = n.pacing,
           revision = u.revision + 1, updated_at = clock_timestamp()
     WHERE u.id = p_id;
    PERFORM bbm.record_event(p_id, m.gitlab_schema, 'adjusted', p_by, concat_ws(': ', changes, p_reason));
    RETURN changes;
END
$$;

-- Deletes it with its jobs and events; its sub-batch under way is refused at its end.
CREATE FUNCTION bbm.delete_migration(p_id bigint, p_reason text DEFAULT NULL, p_by text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m bbm.batched_background_migrations := bbm.lock_migration(p_id);
BEGIN
    DELETE FROM bbm.batched_background_migrations AS d WHERE d.id = p_id;
    PERFORM bbm.record_event(NULL, m.gitlab_schema, 'deleted', p_by,
                             concat_ws(': ', format('%s %s on %s', bbm.display_id(p_id), m.job_class_name, m.table_name), p_reason));
END
$$;
