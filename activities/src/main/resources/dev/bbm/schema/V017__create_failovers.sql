-- The journal of failovers, and the two writes that every step of one is made of: ownership rows and the decision. What a
-- step may write is said by StepRules alone; here it is only compared with what the step has read.

CREATE TABLE bbm.failovers (
    id            uuid NOT NULL,
    from_database text NOT NULL,
    to_database   text NOT NULL,
    moved_schemas text[] NOT NULL DEFAULT '{}',
    request       jsonb NOT NULL DEFAULT '{}',
    names_here    text[] NOT NULL DEFAULT '{}',
    decision      text,
    rolled_back   boolean NOT NULL DEFAULT false,
    locked_xid    xid8,
    reverse_subscription text,
    reason        text,
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    decided_at    timestamptz,
    CONSTRAINT failovers_pkey PRIMARY KEY (id),
    CONSTRAINT failovers_decision_check CHECK (decision IN ('COMMIT', 'ABORT'))
);
CREATE UNIQUE INDEX failovers_one_undecided ON bbm.failovers ((true)) WHERE decision IS NULL;
COMMENT ON TABLE bbm.failovers IS
    'The journal of failovers; at most one is undecided. request: what failover start asked for. names_here: the names of this place before it. reverse_subscription: the one by which progress came back before a rollback.';

CREATE TABLE bbm.failover_steps (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    failover_id uuid NOT NULL,
    step        text NOT NULL,
    began_at    timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    outcome     text NOT NULL,
    by          text,
    CONSTRAINT failover_steps_pkey PRIMARY KEY (id),
    CONSTRAINT failover_steps_failover_id_fkey FOREIGN KEY (failover_id) REFERENCES bbm.failovers (id) ON DELETE CASCADE
);
CREATE INDEX failover_steps_failover_id_idx ON bbm.failover_steps (failover_id);
COMMENT ON TABLE bbm.failover_steps IS 'Each step and hook of a failover as it ended here, repeats too.';

CREATE TABLE bbm.failover_migrations (
    failover_id    uuid NOT NULL,
    at             text NOT NULL,
    uid            uuid NOT NULL,
    display_id     text NOT NULL,
    gitlab_schema  text NOT NULL,
    job_class_name text NOT NULL,
    table_name     text NOT NULL,
    column_name    text NOT NULL,
    status         text NOT NULL,
    cursor         jsonb NOT NULL,
    rows           bigint NOT NULL,
    jobs           text NOT NULL,
    taken_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT failover_migrations_pkey PRIMARY KEY (failover_id, at, uid),
    CONSTRAINT failover_migrations_at_check CHECK (at IN ('fence', 'start'))
);
COMMENT ON TABLE bbm.failover_migrations IS
    'The unfinished migrations as they stood at the fence on the source, and at the start on the copy. jobs: a digest of every range and cursor.';

-- Opens the journal; the same failover again changes nothing. Another one that is undecided refuses it.
CREATE FUNCTION bbm.open_failover(p_id uuid, p_from text, p_to text, p_moved text[], p_request jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    other bbm.failovers;
BEGIN
    SELECT f.* INTO other FROM bbm.failovers AS f WHERE f.decision IS NULL AND f.id <> p_id;
    IF other.id IS NOT NULL THEN
        RAISE EXCEPTION 'a failover to "%" began at % and is undecided', other.to_database, to_char(other.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
            USING ERRCODE = 'BM120', HINT = format('./bbm failover resume %s', other.to_database);
    END IF;
    INSERT INTO bbm.failovers (id, from_database, to_database, moved_schemas, request, names_here)
    VALUES (p_id, p_from, p_to, p_moved, p_request, ARRAY(SELECT i.database_name FROM bbm.database_identity AS i ORDER BY 1))
        ON CONFLICT (id) DO NOTHING;
END
$$;

-- Compare-and-set of ownership rows: each as it shall be, with what it was when the step read it. The keys are held already.
-- A row that changed since raises, and with it the step. Whatever a step writes ends the drain.
CREATE FUNCTION bbm.write_ownership(p_failover uuid, p_rows jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    r       record;
    written integer;
BEGIN
    FOR r IN
        SELECT g.* FROM jsonb_to_recordset(p_rows) AS g (
            gitlab_schema text, owner_database text, epoch bigint, state text, place uuid, timeline integer, failover_id uuid,
            was_state text, was_epoch bigint, was_timeline integer, was_failover_id uuid)
         ORDER BY g.gitlab_schema
    LOOP
        UPDATE bbm.schema_ownership AS u
           SET owner_database = r.owner_database, epoch = r.epoch, state = r.state, place = r.place, timeline = r.timeline,
               failover_id = r.failover_id, drain_until = NULL
         WHERE u.gitlab_schema = r.gitlab_schema AND u.state = r.was_state AND u.epoch = r.was_epoch
           AND u.timeline = r.was_timeline AND u.failover_id IS NOT DISTINCT FROM r.was_failover_id;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> 1 THEN
            RAISE EXCEPTION 'gitlab_schema "%" changed while a step of the failover wrote it', r.gitlab_schema
                USING ERRCODE = '40001';
        END IF;
        PERFORM bbm.record_event(NULL, r.gitlab_schema, 'failover', NULL,
                                 format('%s at epoch %s became %s at epoch %s', r.was_state, r.was_epoch, r.state, r.epoch), r.epoch);
    END LOOP;
END
$$;

-- The journal's word. A journal that lost its row in a WAL tail gets it back. Raises when the other word is there.
CREATE FUNCTION bbm.write_decision(p_id uuid, p_from text, p_to text, p_moved text[], p_request jsonb, p_decision text, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    INSERT INTO bbm.failovers AS f (id, from_database, to_database, moved_schemas, request, decision, decided_at, reason)
    VALUES (p_id, p_from, p_to, p_moved, p_request, p_decision, clock_timestamp(), p_reason)
        ON CONFLICT (id) DO UPDATE
       SET decision = excluded.decision, decided_at = coalesce(f.decided_at, excluded.decided_at), reason = coalesce(excluded.reason, f.reason)
     WHERE coalesce(f.decision, excluded.decision) = excluded.decision;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the journal of failover % has another decision than %', p_id, p_decision USING ERRCODE = 'BM121';
    END IF;
END
$$;

-- A digest of every range and cursor of a migration: equal digests are equal progress.
CREATE FUNCTION bbm.progress_digest(m bbm.batched_background_migrations) RETURNS text
LANGUAGE sql STABLE AS
$$
SELECT md5(coalesce(string_agg(concat_ws(' ', j.id, j.min_cursor, j.max_cursor, j.cursor), '|' ORDER BY j.id), '') || m.last_cursor)
  FROM bbm.batched_background_migration_jobs AS j
 WHERE j.batched_background_migration_id = m.id
$$;

-- How far each unfinished migration of the schemas is; the first such look stays.
CREATE FUNCTION bbm.note_migrations(p_failover uuid, p_at text, p_schemas text[]) RETURNS void
LANGUAGE sql VOLATILE AS
$$
INSERT INTO bbm.failover_migrations (failover_id, at, uid, display_id, gitlab_schema, job_class_name, table_name, column_name, status, cursor, rows, jobs)
SELECT p_failover, p_at, m.uid, bbm.display_id(m.id), m.gitlab_schema, m.job_class_name, m.table_name, m.column_name,
       bbm.status_name(m.status),
       coalesce((array_agg(j.cursor ORDER BY j.id DESC) FILTER (WHERE j.cursor <> j.min_cursor))[1], m.min_cursor),
       coalesce(sum(j.updated_tuples), 0),
       bbm.progress_digest(m)
  FROM bbm.batched_background_migrations AS m
  LEFT JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id
 WHERE m.gitlab_schema = ANY (p_schemas) AND m.status IN (0, 1, 5, 8)
 GROUP BY m.id
    ON CONFLICT (failover_id, at, uid) DO NOTHING
$$;
