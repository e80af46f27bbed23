-- The migration's state machine (GitLab's). Lock order: ownership key, migration, job.

-- Locks the migration under the gate of its schema; a drain does not hinder.
CREATE FUNCTION bbm.lock_migration(p_id bigint) RETURNS bbm.batched_background_migrations
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m     bbm.batched_background_migrations;
    label text := (SELECT l.gitlab_schema FROM bbm.batched_background_migrations AS l WHERE l.id = p_id);
BEGIN
    IF label IS NULL THEN
        RAISE EXCEPTION 'no migration %', bbm.display_id(p_id) USING ERRCODE = 'BM109', HINT = './bbm list';
    END IF;
    PERFORM bbm.gate(label, p_draining_too => true);
    SELECT l.* INTO m FROM bbm.batched_background_migrations AS l WHERE l.id = p_id FOR UPDATE;
    IF m.id IS NULL THEN
        RAISE EXCEPTION 'no migration %', bbm.display_id(p_id) USING ERRCODE = 'BM109', HINT = './bbm list';
    END IF;
    RETURN m;
END
$$;

-- Sets the state, bumps the revision, records the event. Callers hold the row's lock and have checked the arrow.
CREATE FUNCTION bbm.enter_status(p_id bigint, p_status smallint, p_kind text, p_by text, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    label text;
BEGIN
    UPDATE bbm.batched_background_migrations AS u
       SET status = p_status,
           revision = u.revision + 1,
           started_at = CASE WHEN p_status = 1 THEN clock_timestamp() ELSE u.started_at END,
           finished_at = CASE WHEN p_status IN (3, 4) THEN clock_timestamp() WHEN p_status = 1 THEN NULL ELSE u.finished_at END,
           hold_reason = NULL,
           updated_at = clock_timestamp()
     WHERE u.id = p_id
     RETURNING u.gitlab_schema INTO label;
    PERFORM bbm.record_event(p_id, label, p_kind, p_by, p_reason);
END
$$;

-- Returns false when it was paused already.
CREATE FUNCTION bbm.pause_migration(p_id bigint, p_reason text DEFAULT NULL, p_by text DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m bbm.batched_background_migrations := bbm.lock_migration(p_id);
BEGIN
    IF m.status = 0 THEN
        RETURN false;
    END IF;
    IF m.status <> 1 THEN
        RAISE EXCEPTION '% is %: only an active migration can be paused', bbm.display_id(p_id), bbm.status_name(m.status)
            USING ERRCODE = 'BM110', HINT = format('./bbm status %s', bbm.display_id(p_id));
    END IF;
    PERFORM bbm.enter_status(p_id, 0::smallint, 'paused', p_by, p_reason);
    RETURN true;
END
$$;

-- A quarantined migration whose table is classified by now goes on as it was before, under the label of its table.
CREATE FUNCTION bbm.release_quarantined(p_id bigint, p_reason text, p_by text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m     bbm.batched_background_migrations;
    known text;
BEGIN
    SELECT l.* INTO m FROM bbm.batched_background_migrations AS l WHERE l.id = p_id AND l.status = 8;
    IF m.id IS NULL THEN
        RETURN false;
    END IF;
    IF to_regclass(format('%I.%I', m.table_schema, m.table_name)) IS NULL THEN
        RAISE EXCEPTION 'table "%" of % is gone', m.table_name, bbm.display_id(p_id)
            USING ERRCODE = 'BM110', HINT = format('SELECT bbm.delete_batched_background_migration(''%s'', ''%s'')', m.job_class_name, m.table_name);
    END IF;
    known := bbm.require_schema_of_table(m.table_name);
    PERFORM bbm.gate(known);
    UPDATE bbm.batched_background_migrations AS u
       SET gitlab_schema = known, status = coalesce(m.status_before_failover, 0), status_before_failover = NULL, failover_id = NULL,
           revision = u.revision + 1, workflow_seen_at = NULL, updated_at = clock_timestamp()
     WHERE u.id = p_id AND u.status = 8;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE bbm.batched_background_migration_jobs AS u
       SET gitlab_schema = known
     WHERE u.batched_background_migration_id = p_id AND u.gitlab_schema <> known;
    PERFORM bbm.record_event(p_id, known, 'resumed', p_by, coalesce(p_reason, 'its table is classified now'));
    RETURN true;
END
$$;

-- Returns false when it was active already. A failed migration starts again with all attempts given back.
CREATE FUNCTION bbm.resume_migration(p_id bigint, p_reason text DEFAULT NULL, p_by text DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m bbm.batched_background_migrations;
BEGIN
    IF bbm.release_quarantined(p_id, p_reason, p_by) THEN
        RETURN true;
    END IF;
    m := bbm.lock_migration(p_id);
    IF m.status = 1 THEN
        RETURN false;
    END IF;
    IF m.status NOT IN (0, 4) THEN
        RAISE EXCEPTION '% is %: only a paused or failed migration can be resumed', bbm.display_id(p_id), bbm.status_name(m.status)
            USING ERRCODE = 'BM110', HINT = format('./bbm status %s', bbm.display_id(p_id));
    END IF;
    IF m.status = 4 THEN
        UPDATE bbm.batched_background_migration_jobs AS j
           SET attempts = 0, updated_at = clock_timestamp()
         WHERE j.batched_background_migration_id = p_id AND j.status = 2;
    END IF;
    PERFORM bbm.enter_status(p_id, 1::smallint, 'resumed', p_by, p_reason);
    RETURN true;
END
$$;

-- Why a migration may not run now, or NULL: one per table at a time, at most p_max_running per database, oldest first.
CREATE FUNCTION bbm.admission(m bbm.batched_background_migrations, p_max_running integer) RETURNS text
LANGUAGE sql STABLE AS
$$
WITH older AS (
    SELECT o.id, o.table_schema = m.table_schema AND o.table_name = m.table_name AS same_table
      FROM bbm.batched_background_migrations AS o
     WHERE o.status IN (1, 5) AND o.id < m.id
)
SELECT CASE
    WHEN m.on_hold_until > clock_timestamp()
        THEN format('on hold until %s', to_char(m.on_hold_until AT TIME ZONE 'UTC', 'HH24:MI:SS "UTC"'))
    WHEN (SELECT bool_or(same_table) FROM older)
        THEN format('waits for %s on table %s', (SELECT bbm.display_id(min(id)) FROM older WHERE same_table), m.table_name)
    WHEN (SELECT count(*) FROM older) >= p_max_running
        THEN format('waits for %s: %s at a time in one database',
                    (SELECT string_agg(bbm.display_id(id), ', ' ORDER BY id) FROM older), p_max_running)
END
$$;

-- Ends a migration of which nothing is left to do: finished only if every job succeeded, else failed. The caller holds
-- the migration's lock, so two lanes that close the last two jobs at once see each other. A paused one stays paused: its
-- resumption ends it. Returns the state it is in.
CREATE FUNCTION bbm.settle(m bbm.batched_background_migrations) RETURNS smallint
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    unsettled boolean;
    failed    bigint;
    ended     smallint;
BEGIN
    SELECT coalesce(bool_or(j.status IN (0, 1) OR j.status = 2 AND j.attempts < 3), false), count(*) FILTER (WHERE j.status = 2)
      INTO unsettled, failed
      FROM bbm.batched_background_migration_jobs AS j
     WHERE j.batched_background_migration_id = m.id AND j.status <> 3;
    IF unsettled OR m.last_cursor <> m.max_cursor OR m.status NOT IN (1, 5) THEN
        RETURN m.status;
    END IF;
    ended := CASE WHEN failed > 0 THEN 4 ELSE 3 END;
    PERFORM bbm.enter_status(m.id, ended, bbm.status_name(ended), 'bbm', CASE WHEN failed > 0 THEN format('%s jobs failed 3 times', failed) END);
    PERFORM bbm.wake_waiting();
    RETURN ended;
END
$$;

-- Lets those look again that wait for another migration. SKIP LOCKED: two that end at once must not wait for each other;
-- who is skipped looks again within 60 s anyway.
CREATE FUNCTION bbm.wake_waiting() RETURNS void
LANGUAGE sql VOLATILE AS
$$
UPDATE bbm.batched_background_migrations AS u
   SET revision = u.revision + 1
 WHERE u.id IN (SELECT w.id
                  FROM bbm.batched_background_migrations AS w
                 WHERE w.status = 1 AND w.hold_reason LIKE 'waits for%'
                   FOR UPDATE SKIP LOCKED)
$$;
