-- The life of a job: cut or taken over by a claim, released, closed, failed. Each locks the migration's row first.

CREATE TYPE bbm.claim AS (
    verdict        text,        -- run, held, interval, lane_done, stopped
    reason         text,
    not_before     timestamptz,
    status         smallint,
    job_id         bigint,
    cursor         jsonb,
    bound          jsonb,
    job_through    jsonb,
    job_after      jsonb,
    sub_batch_size integer,
    pause_ms       integer
);

CREATE FUNCTION bbm.log_transition(
    p_job bigint, p_previous smallint, p_next smallint,
    p_class text DEFAULT NULL, p_message text DEFAULT NULL, p_sqlstate text DEFAULT NULL
) RETURNS void
LANGUAGE sql VOLATILE AS
$$
INSERT INTO bbm.batched_background_migration_job_transition_logs
       (batched_background_migration_job_id, previous_status, next_status, exception_class, exception_message, sqlstate)
VALUES (p_job, p_previous, p_next, left(p_class, 100), left(p_message, 1000), p_sqlstate)
$$;

-- Rows of the next job. Adaptive: what the lane's last job says is about 30 s of work, at most twice its size.
CREATE FUNCTION bbm.next_batch_size(m bbm.batched_background_migrations, p_lane integer) RETURNS integer
LANGUAGE sql STABLE AS
$$
SELECT CASE WHEN m.pacing = 'interval' THEN m.batch_size
            ELSE coalesce((
                SELECT greatest(m.batch_size, least(
                           coalesce(m.max_batch_size, 200000), j.batch_size * 2.0,
                           j.batch_size * 30.0 / greatest(extract(epoch FROM j.finished_at - j.started_at), 0.001)))::integer
                  FROM bbm.batched_background_migration_jobs AS j
                 WHERE j.batched_background_migration_id = m.id AND j.lane = p_lane AND j.status = 3
                 ORDER BY j.id DESC
                 LIMIT 1), m.batch_size)
       END
$$;

-- An attempt's first step: closes the lane's job if its cursor is at its end, takes over the lane's running job, or else
-- starts a failed job again or cuts the next one. Afterwards every older attempt's claim is refused by open_sub_batch.
-- p_claim is "<activity>#<attempt>"; a later attempt of the same activity is never displaced by an earlier one that was
-- stopped in between.
CREATE FUNCTION bbm.claim_job(
    p_uid uuid, p_lane integer, p_claim text, p_worker text, p_class_hash text, p_max_running integer,
    p_schema text, p_database text, p_epoch bigint, p_place uuid
) RETURNS bbm.claim
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m       bbm.batched_background_migrations;
    j       bbm.batched_background_migration_jobs;
    c       bbm.claim;
    refusal text;
    finalizes boolean;
BEGIN
    PERFORM bbm.set_transaction_limits();
    PERFORM bbm.gate(p_schema, p_database, p_epoch, p_place);
    SELECT l.* INTO m FROM bbm.batched_background_migrations AS l WHERE l.uid = p_uid FOR UPDATE;
    IF m.id IS NULL THEN
        RAISE EXCEPTION 'no migration with uid %', p_uid USING ERRCODE = 'BM109', HINT = './bbm list';
    END IF;
    IF m.gitlab_schema <> p_schema THEN -- relabelled: its workflow goes on elsewhere
        c.status := m.status;
        c.verdict := 'stopped';
        c.reason := format('it is in gitlab_schema "%s" now, not in "%s"', m.gitlab_schema, p_schema);
        RETURN c;
    END IF;
    IF bbm.schema_of_table(m.table_name) IS DISTINCT FROM p_schema THEN
        RAISE EXCEPTION 'table "%" is in gitlab_schema "%", the migration says "%", this worker serves "%"',
            m.table_name, bbm.schema_of_table(m.table_name), m.gitlab_schema, p_schema USING ERRCODE = 'BM001', HINT = './bbm db ownership';
    END IF;
    m.workflow_seen_at := clock_timestamp();
    finalizes := m.status = 5 AND bbm.renew_finalizer(m.id, p_worker);
    IF m.status = 5 AND bbm.other_finalizer(m.id, p_worker) IS NOT NULL THEN
        UPDATE bbm.batched_background_migrations AS u SET workflow_seen_at = m.workflow_seen_at WHERE u.id = m.id;
        c.status := m.status;
        c.verdict := 'held';
        c.reason := format('%s finalizes it', bbm.other_finalizer(m.id, p_worker));
        RETURN c;
    END IF;

    SELECT l.* INTO j
      FROM bbm.batched_background_migration_jobs AS l
     WHERE l.batched_background_migration_id = m.id AND l.status = 1
       -- The first lane goes on with what a lane left that is there no more.
       AND (l.lane = p_lane OR p_lane = 1 AND l.lane > m.lanes)
     ORDER BY l.id LIMIT 1 FOR UPDATE;
    IF split_part(j.claim, '#', 1) = split_part(p_claim, '#', 1)
       AND split_part(j.claim, '#', 2)::integer > split_part(p_claim, '#', 2)::integer THEN
        RAISE EXCEPTION 'job % is claimed by a later attempt (%)', j.id, j.claim USING ERRCODE = 'BM004';
    END IF;
    IF j.cursor = j.max_cursor THEN
        UPDATE bbm.batched_background_migration_jobs AS u
           SET status = 3, claim = NULL, finished_at = clock_timestamp(), updated_at = clock_timestamp()
         WHERE u.id = j.id;
        PERFORM bbm.log_transition(j.id, 1::smallint, 3::smallint);
        m.status := bbm.settle(m);
        j := NULL;
    END IF;

    refusal := CASE
        WHEN m.status NOT IN (1, 5) THEN bbm.status_name(m.status)
        WHEN p_class_hash IS NULL THEN format('job class %s is unknown to worker %s', m.job_class_name, p_worker)
        WHEN p_class_hash <> m.job_class_hash
            THEN format('job class %s has changed since it was queued (%s, now %s)', m.job_class_name, left(m.job_class_hash, 4), left(p_class_hash, 4))
        WHEN finalizes THEN NULL -- somebody waits for it: it waits for no other migration
        ELSE bbm.admission(m, p_max_running)
    END;
    IF refusal IS NULL AND j.id IS NULL THEN
        j := bbm.next_job(m, p_lane, p_claim, p_worker, p_epoch);
        SELECT l.status, l.last_cursor INTO m.status, m.last_cursor FROM bbm.batched_background_migrations AS l WHERE l.id = m.id;
    ELSIF refusal IS NULL THEN
        j := bbm.take_over(m, j, p_claim, p_worker, p_epoch);
    END IF;

    UPDATE bbm.batched_background_migrations AS u
       SET workflow_seen_at = m.workflow_seen_at,
           hold_reason = CASE WHEN m.status IN (1, 5) THEN refusal END
     WHERE u.id = m.id;
    IF m.status IN (1, 5) AND m.hold_reason IS DISTINCT FROM refusal THEN
        PERFORM bbm.record_event(m.id, m.gitlab_schema, CASE WHEN refusal IS NULL THEN 'released' ELSE 'held' END, 'bbm', coalesce(refusal, m.hold_reason));
    END IF;

    c.status := m.status;
    c.verdict := CASE
        WHEN m.status NOT IN (1, 5) THEN 'stopped'
        WHEN refusal IS NOT NULL THEN 'held'
        WHEN j.status = 1 THEN 'run'
        WHEN j.id IS NULL THEN 'lane_done'
        ELSE 'interval'
    END;
    IF c.verdict IN ('stopped', 'held') THEN
        c.reason := coalesce(refusal, bbm.status_name(m.status));
    ELSIF c.verdict = 'interval' THEN
        c.not_before := j.started_at + make_interval(secs => m."interval");
    ELSIF c.verdict = 'run' THEN
        c.job_id := j.id;
        c.cursor := j.cursor;
        c.job_through := j.max_cursor;
        c.job_after := j.min_cursor;
        c.sub_batch_size := j.sub_batch_size;
        c.pause_ms := j.pause_ms;
        c.bound := bbm.next_bound(m, j.cursor, j.max_cursor, j.sub_batch_size);
    END IF;
    RETURN c;
END
$$;

-- A running job of the lane changes hands at its cursor. An attempt that ended in order has released its claim; one that
-- vanished has not: five of those at one cursor count as one failure of the job.
CREATE FUNCTION bbm.take_over(
    m bbm.batched_background_migrations, j bbm.batched_background_migration_jobs, p_claim text, p_worker text, p_epoch bigint
) RETURNS bbm.batched_background_migration_jobs
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    crashes integer := CASE
        WHEN j.claim IS NULL THEN 0
        WHEN j.takeover_cursor = j.cursor THEN j.takeovers + 1
        ELSE 1
    END;
BEGIN
    IF crashes >= 5 THEN
        UPDATE bbm.batched_background_migration_jobs AS u
           SET status = 2, claim = NULL, takeovers = 0, takeover_cursor = NULL, finished_at = clock_timestamp(), updated_at = clock_timestamp()
         WHERE u.id = j.id;
        PERFORM bbm.log_transition(j.id, 1::smallint, 2::smallint, 'WorkerCrashed',
                                   format('5 attempts vanished at cursor %s, the last on worker %s', j.cursor, j.worker));
        RETURN bbm.next_job(m, j.lane, p_claim, p_worker, p_epoch);
    END IF;
    UPDATE bbm.batched_background_migration_jobs AS u
       SET claim = p_claim, worker = p_worker, epoch = p_epoch, takeovers = crashes, takeover_cursor = j.cursor, updated_at = clock_timestamp()
     WHERE u.id = j.id
     RETURNING u.* INTO j;
    RETURN j;
END
$$;

-- The lane's next job, running: a failed one with attempts left (interleaved: at least one range is cut between two
-- retries), else a pending one, else the next range. Under pacing "interval" the lane's last job comes back instead while
-- its interval runs. NULL: nothing is left for this lane.
CREATE FUNCTION bbm.next_job(
    m bbm.batched_background_migrations, p_lane integer, p_claim text, p_worker text, p_epoch bigint
) RETURNS bbm.batched_background_migration_jobs
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    last_of_lane bbm.batched_background_migration_jobs;
    j            bbm.batched_background_migration_jobs;
    size         integer;
    through      jsonb;
BEGIN
    SELECT l.* INTO last_of_lane
      FROM bbm.batched_background_migration_jobs AS l
     WHERE l.batched_background_migration_id = m.id AND l.lane = p_lane
     ORDER BY l.started_at DESC NULLS LAST LIMIT 1;
    IF m.pacing = 'interval' AND m.status = 1 AND last_of_lane.started_at > clock_timestamp() - make_interval(secs => m."interval") THEN
        last_of_lane.status := NULL;
        RETURN last_of_lane;
    END IF;
    SELECT l.* INTO j
      FROM bbm.batched_background_migration_jobs AS l
     WHERE l.batched_background_migration_id = m.id
       AND (l.status = 0
            OR l.status = 2 AND l.attempts < 3 AND (m.last_cursor = m.max_cursor OR last_of_lane.attempts = 1 AND last_of_lane.status = 3))
     ORDER BY l.status, l.finished_at, l.id
     LIMIT 1
       FOR UPDATE SKIP LOCKED;
    IF j.id IS NOT NULL THEN
        UPDATE bbm.batched_background_migration_jobs AS u
           SET status = 1, attempts = u.attempts + 1, lane = p_lane, claim = p_claim, worker = p_worker, epoch = p_epoch,
               started_at = clock_timestamp(), finished_at = NULL, updated_at = clock_timestamp()
         WHERE u.id = j.id;
        PERFORM bbm.log_transition(j.id, j.status, 1::smallint);
    ELSIF m.last_cursor <> m.max_cursor THEN
        size := bbm.next_batch_size(m, p_lane);
        through := bbm.next_bound(m, m.last_cursor, m.max_cursor, size);
        INSERT INTO bbm.batched_background_migration_jobs AS n (
            started_at, batched_background_migration_id, min_cursor, max_cursor, batch_size, sub_batch_size, status, attempts, pause_ms,
            gitlab_schema, cursor, lane, claim, epoch, worker)
        VALUES (clock_timestamp(), m.id, m.last_cursor, through, size, least(m.sub_batch_size, size), 1, 1, m.pause_ms,
                m.gitlab_schema, m.last_cursor, p_lane, p_claim, p_epoch, p_worker)
        RETURNING n.* INTO j;
        UPDATE bbm.batched_background_migrations AS u SET last_cursor = through WHERE u.id = m.id;
        PERFORM bbm.log_transition(j.id, 0::smallint, 1::smallint);
    ELSE
        PERFORM bbm.settle(m);
        RETURN NULL;
    END IF;
    SELECT l.* INTO j FROM bbm.batched_background_migration_jobs AS l WHERE l.id = j.id;
    RETURN j;
END
$$;

-- Gives a job's claim back in order, so that the next attempt's taking over counts as no crash. False: it was lost already.
CREATE FUNCTION bbm.release_job(p_job bigint, p_claim text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    UPDATE bbm.batched_background_migration_jobs AS u
       SET claim = NULL, updated_at = clock_timestamp()
     WHERE u.id = p_job AND u.claim = p_claim;
    RETURN FOUND;
END
$$;

-- A failure of the job's own SQL or code: one of its three attempts. The cursor stays, so that a later attempt goes on
-- there. The migration fails when more than half of at least 50 jobs since its start failed. False: the claim was lost.
CREATE FUNCTION bbm.fail_job(
    p_job bigint, p_claim text, p_class text, p_message text, p_sqlstate text,
    p_schema text, p_database text, p_epoch bigint, p_place uuid
) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m      bbm.batched_background_migrations;
    total  bigint;
    failed bigint;
BEGIN
    PERFORM bbm.gate(p_schema, p_database, p_epoch, p_place, p_draining_too => true);
    SELECT l.* INTO m
      FROM bbm.batched_background_migrations AS l
     WHERE l.id = (SELECT o.batched_background_migration_id FROM bbm.batched_background_migration_jobs AS o WHERE o.id = p_job)
       FOR UPDATE;
    UPDATE bbm.batched_background_migration_jobs AS u
       SET status = 2, claim = NULL, finished_at = clock_timestamp(), updated_at = clock_timestamp()
     WHERE u.id = p_job AND u.claim = p_claim AND u.status = 1;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM bbm.log_transition(p_job, 1::smallint, 2::smallint, p_class, p_message, p_sqlstate);
    SELECT count(*), count(*) FILTER (WHERE o.status = 2) INTO total, failed
      FROM bbm.batched_background_migration_jobs AS o
     WHERE o.batched_background_migration_id = m.id AND o.created_at >= m.started_at;
    IF m.status IN (1, 5) AND total >= 50 AND failed * 2 > total THEN
        PERFORM bbm.enter_status(m.id, 4::smallint, 'failed', 'bbm', format('%s of %s jobs failed', failed, total));
    ELSIF m.status IN (1, 5) THEN
        PERFORM bbm.settle(m);
    END IF;
    RETURN true;
END
$$;
