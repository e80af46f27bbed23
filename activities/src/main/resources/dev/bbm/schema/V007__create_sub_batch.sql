-- THE SUB-BATCH TRANSACTION. One transaction of the owning database:
--     CALL bbm.open_sub_batch(…);     gate, job row locked, claim and cursor checked
--     SELECT bbm.change_sub_batch(…); the job class's change over (cursor, bound], then
--                                     close_sub_batch: guard, cursor and counters by compare-and-set
--     COMMIT
-- in one round trip for a job in SQL. Three commands, since statement_timeout holds from the next command on. One in Java sends
-- what it likes between open_sub_batch and close_sub_batch.
-- The change, the cursor and the counters commit together or not at all. An unknown outcome is settled by reading the
-- cursor again, never by sending again. Everything is transaction-local: it works through PgBouncer in transaction pooling.

-- lock_timeout and the idle timeout bound how long a stopped worker can hold a fence up.
CREATE FUNCTION bbm.set_transaction_limits() RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM set_config('lock_timeout', '5s', true),
            set_config('statement_timeout', '30s', true),
            set_config('idle_in_transaction_session_timeout', '30s', true),
            set_config('max_parallel_workers_per_gather', '0', true);
END
$$;

-- Raises unless this attempt may change (p_cursor, …] of the job now.
CREATE PROCEDURE bbm.open_sub_batch(
    p_job bigint, p_claim text, p_cursor jsonb,
    p_schema text, p_database text, p_epoch bigint, p_place uuid
)
LANGUAGE plpgsql AS
$$
DECLARE
    held record;
BEGIN
    PERFORM bbm.set_transaction_limits();
    PERFORM bbm.gate(p_schema, p_database, p_epoch, p_place);
    SELECT j.claim, j.cursor, j.status, m.status AS migration_status, m.gitlab_schema
      INTO held
      FROM bbm.batched_background_migration_jobs AS j
      JOIN bbm.batched_background_migrations AS m ON m.id = j.batched_background_migration_id
     WHERE j.id = p_job
       FOR UPDATE OF j;
    IF held.claim IS DISTINCT FROM p_claim OR held.status <> 1 THEN
        RAISE EXCEPTION 'job % is not claimed by this attempt (%) but by %', p_job, p_claim, coalesce(held.claim, 'nobody')
            USING ERRCODE = 'BM004';
    END IF;
    IF held.migration_status NOT IN (1, 5) THEN
        RAISE EXCEPTION 'the migration of job % is %', p_job, bbm.status_name(held.migration_status) USING ERRCODE = 'BM005';
    END IF;
    IF held.gitlab_schema <> p_schema THEN
        RAISE EXCEPTION 'the migration of job % is in gitlab_schema "%", not "%"', p_job, held.gitlab_schema, p_schema USING ERRCODE = 'BM005';
    END IF;
    IF held.cursor <> p_cursor THEN
        RAISE EXCEPTION 'the cursor of job % is %, not %', p_job, held.cursor, p_cursor USING ERRCODE = 'BM006';
    END IF;
END
$$;

-- Runs a SQL job's statement with its values as $1; EXECUTE plans it for them, so that a plan knows how wide the range is.
CREATE FUNCTION bbm.change_sub_batch(
    p_job bigint, p_claim text, p_cursor jsonb, p_through jsonb, p_guard boolean, p_statement text, p_values text[]
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    changed bigint;
BEGIN
    EXECUTE p_statement USING p_values;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN bbm.close_sub_batch(p_job, p_claim, p_cursor, p_through, p_guard, changed);
END
$$;

-- Moves the cursor from p_cursor to p_through and returns the next bound; NULL when the job is at its end. p_guard: looks
-- first whether the change kept to its tables. Always where the database says so: ALTER DATABASE … SET bbm.guard = 'always'.
CREATE FUNCTION bbm.close_sub_batch(
    p_job bigint, p_claim text, p_cursor jsonb, p_through jsonb, p_guard boolean, p_rows bigint
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m       bbm.batched_background_migrations;
    job_end jsonb;
    size    integer;
BEGIN
    -- A Java job's statements are planned for their values; the ones of this function need no plan each time.
    PERFORM set_config('plan_cache_mode', 'auto', true);
    IF p_guard OR current_setting('bbm.guard', true) = 'always' THEN
        PERFORM bbm.guard_tables(p_job);
    END IF;
    UPDATE bbm.batched_background_migration_jobs AS u
       SET cursor = p_through, updated_tuples = u.updated_tuples + p_rows, updated_at = clock_timestamp()
     WHERE u.id = p_job AND u.claim = p_claim AND u.cursor = p_cursor AND u.status = 1
     RETURNING u.batched_background_migration_id, u.max_cursor, u.sub_batch_size INTO m.id, job_end, size;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the cursor of job % moved under this transaction', p_job USING ERRCODE = 'BM006';
    END IF;
    IF p_through = job_end THEN
        RETURN NULL;
    END IF;
    SELECT l.bound_query INTO m.bound_query FROM bbm.batched_background_migrations AS l WHERE l.id = m.id;
    RETURN bbm.next_bound(m, p_through, job_end, size);
END
$$;
