-- A job in Java that uses a second database: there it passes that one's own gate.

-- Begins a write to this database by a sub-batch of another one's job, and moves the cursor that is kept here. It commits before
-- the sub-batch itself: an attempt that comes after a crash in between finds its range here, ends at the same bound and does
-- not write again (false). An attempt that was overtaken finds the cursor elsewhere, and is refused.
CREATE FUNCTION bbm.open_touch(
    p_uid uuid, p_job bigint, p_job_after jsonb, p_after jsonb, p_through jsonb,
    p_schema text, p_database text, p_epoch bigint, p_place uuid
) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    known bbm.touched_cursors;
BEGIN
    PERFORM bbm.set_transaction_limits();
    PERFORM bbm.gate(p_schema, p_database, p_epoch, p_place);
    INSERT INTO bbm.touched_cursors (uid, job_id, after, through)
    SELECT p_uid, p_job, p_after, p_through
     WHERE p_after = p_job_after
        ON CONFLICT (uid, job_id) DO NOTHING;
    IF FOUND THEN
        RETURN true;
    END IF;
    SELECT * INTO known FROM bbm.touched_cursors AS t WHERE t.uid = p_uid AND t.job_id = p_job FOR UPDATE;
    IF known.after = p_after AND known.through = p_through THEN
        RETURN false;
    END IF;
    IF known.through IS DISTINCT FROM p_after THEN
        RAISE EXCEPTION 'job % of migration % has written here through %, and cannot go on after %', p_job, p_uid,
            coalesce(known.through::text, 'nothing'), p_after USING ERRCODE = 'BM006';
    END IF;
    UPDATE bbm.touched_cursors AS t
       SET after = p_after, through = p_through, updated_at = clock_timestamp()
     WHERE t.uid = p_uid AND t.job_id = p_job;
    RETURN true;
END
$$;

-- Begins to read in this database for a sub-batch of another one's job; the transaction can write nothing afterwards.
CREATE FUNCTION bbm.open_reading(p_schema text, p_database text, p_epoch bigint, p_place uuid) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM bbm.set_transaction_limits(), set_config('transaction_read_only', 'on', true);
    PERFORM bbm.gate(p_schema, p_database, p_epoch, p_place);
END
$$;
