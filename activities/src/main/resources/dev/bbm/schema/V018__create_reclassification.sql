-- What a failover does with the migrations themselves: label, drain, set aside on either side, and bring back.

-- Unfinished migrations get the label that the dictionary gives their table; those whose table nobody knows, or that is gone,
-- are quarantined. A sub-batch under way is waited for by its job's row. Returns what was changed, each one sentence.
CREATE FUNCTION bbm.label_migrations(p_failover uuid, p_by text) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m     bbm.batched_background_migrations;
    known text;
    key   text;
BEGIN
    FOR m IN
        SELECT l.* FROM bbm.batched_background_migrations AS l
         WHERE l.status IN (0, 1, 4, 5)
           AND (bbm.schema_of_table(l.table_name) IS DISTINCT FROM l.gitlab_schema
                OR to_regclass(format('%I.%I', l.table_schema, l.table_name)) IS NULL)
         ORDER BY l.id
    LOOP
        known := CASE WHEN to_regclass(format('%I.%I', m.table_schema, m.table_name)) IS NOT NULL THEN bbm.schema_of_table(m.table_name) END;
        FOR key IN SELECT DISTINCT s FROM unnest(ARRAY[m.gitlab_schema, known]) AS s WHERE s IS NOT NULL ORDER BY s LOOP
            PERFORM pg_advisory_xact_lock_shared(7771, bbm.ownership_key(key));
        END LOOP;
        IF known IS NOT NULL AND NOT EXISTS (SELECT FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = known AND o.state = 'ACTIVE') THEN
            known := NULL;
        END IF;
        PERFORM 1 FROM bbm.batched_background_migrations AS l WHERE l.id = m.id FOR UPDATE;
        IF known IS NULL THEN
            UPDATE bbm.batched_background_migrations AS u
               SET status = 8, status_before_failover = m.status, failover_id = p_failover, revision = u.revision + 1, updated_at = clock_timestamp()
             WHERE u.id = m.id AND u.status = m.status;
            PERFORM bbm.record_event(m.id, m.gitlab_schema, 'quarantined', p_by, format('table %s is in no gitlab_schema that lives here', m.table_name));
            RETURN NEXT format('%s quarantined: table %s is unknown or gone', bbm.display_id(m.id), m.table_name);
        ELSE
            UPDATE bbm.batched_background_migrations AS u
               SET gitlab_schema = known, revision = u.revision + 1, updated_at = clock_timestamp()
             WHERE u.id = m.id;
            UPDATE bbm.batched_background_migration_jobs AS u
               SET gitlab_schema = known
             WHERE u.batched_background_migration_id = m.id AND u.gitlab_schema <> known;
            PERFORM bbm.record_event(m.id, known, 'relabelled', p_by, format('table %s is in %s, not %s', m.table_name, known, m.gitlab_schema));
            RETURN NEXT format('%s: %s is %s, not %s', bbm.display_id(m.id), m.table_name, known, m.gitlab_schema);
        END IF;
    END LOOP;
END
$$;

-- From here on no sub-batch of these schemas passes, for at most so long: it ends by itself. Their workflows are told. A call
-- that comes after the decision does nothing.
CREATE FUNCTION bbm.begin_drain(p_failover uuid, p_schemas text[], p_longest interval) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM bbm.lock_ownership_keys(p_schemas);
    UPDATE bbm.schema_ownership AS u
       SET drain_until = clock_timestamp() + p_longest
     WHERE u.gitlab_schema = ANY (p_schemas) AND u.state = 'ACTIVE'
       AND EXISTS (SELECT FROM bbm.failovers AS f WHERE f.id = p_failover AND f.decision IS NULL);
    UPDATE bbm.batched_background_migrations AS u
       SET revision = u.revision + 1, updated_at = clock_timestamp()
     WHERE u.gitlab_schema = ANY (p_schemas) AND u.status IN (1, 5);
END
$$;

-- On a way back; not that of another failover.
CREATE FUNCTION bbm.end_drain(p_failover uuid, p_schemas text[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM bbm.lock_ownership_keys(p_schemas);
    UPDATE bbm.schema_ownership AS u
       SET drain_until = NULL
     WHERE u.gitlab_schema = ANY (p_schemas) AND u.drain_until IS NOT NULL
       AND NOT EXISTS (SELECT FROM bbm.failovers AS f WHERE f.id <> p_failover AND f.decision IS NULL);
    UPDATE bbm.batched_background_migrations AS u
       SET revision = u.revision + 1, updated_at = clock_timestamp()
     WHERE u.gitlab_schema = ANY (p_schemas) AND u.status IN (1, 5);
END
$$;

-- Locks one table of a schema that does not live here, or will not. Under the schema's key: a call that comes after a way back
-- finds the schema ACTIVE, or the word ABORT, and is refused. False: it was locked.
CREATE FUNCTION bbm.lock_table_in_failover(p_failover uuid, p_schema text, p_relation oid, p_patience interval) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7771, bbm.ownership_key(p_schema));
    IF EXISTS (SELECT FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = p_schema AND o.state IN ('ACTIVE', 'READY'))
       OR EXISTS (SELECT FROM bbm.failovers AS f WHERE f.id = p_failover AND (f.decision = 'ABORT' OR f.rolled_back)) THEN
        RAISE EXCEPTION 'the tables of gitlab_schema "%" are not to be locked here any more', p_schema USING ERRCODE = 'BM121';
    END IF;
    RETURN bbm.lock_table(p_relation, p_patience);
END
$$;

-- Unlocks one table, unless another failover has stopped its schema here. A long read, as a standby has many, does not hold it
-- up: DROP TRIGGER would wait for it (ACCESS EXCLUSIVE), disabling the trigger does not (SHARE ROW EXCLUSIVE). What is only disabled is
-- dropped by lock-writes, and made anew by the next lock. False: it was not locked, or stays so.
CREATE FUNCTION bbm.unlock_table_in_failover(p_failover uuid, p_schema text, p_relation oid, p_patience interval) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    t        record;
    unlocked boolean := false;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7771, bbm.ownership_key(p_schema));
    IF EXISTS (SELECT FROM bbm.schema_ownership AS o
                WHERE o.gitlab_schema = p_schema AND o.state IN ('FENCED', 'RETIRED') AND o.failover_id IS DISTINCT FROM p_failover) THEN
        RETURN false;
    END IF;
    PERFORM set_config('lock_timeout', ceil(extract(epoch FROM p_patience) * 1000) || 'ms', true);
    FOR t IN
        SELECT g.tgname, n.nspname, c.relname, g.tgenabled <> 'D' AS enabled
          FROM pg_catalog.pg_trigger AS g
          JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE g.tgrelid = p_relation AND g.tgfoid = 'bbm.prevent_write'::regproc
    LOOP
        IF t.enabled THEN
            EXECUTE format('ALTER TABLE ONLY %I.%I DISABLE TRIGGER %I', t.nspname, t.relname, t.tgname);
            unlocked := true;
        END IF;
        BEGIN
            EXECUTE format('LOCK TABLE ONLY %I.%I IN ACCESS EXCLUSIVE MODE NOWAIT', t.nspname, t.relname);
            EXECUTE format('DROP TRIGGER %I ON %I.%I', t.tgname, t.nspname, t.relname);
            unlocked := true;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
    RETURN unlocked;
END
$$;

-- Locks or unlocks many tables by the two above, in one transaction and one round trip: the application stands still meanwhile.
-- p_tables: [{"relation", "gitlab_schema"}]. Returns the relations that were busy or did not come to their turn within 2 s, to be
-- tried one by one. It keeps what it has while it waits for the next, so a writer that holds that one may wait for us: p_patience
-- must be below deadlock_timeout, and then we let go first. Whoever waits for a table that is locked now would be refused anyway.
CREATE FUNCTION bbm.change_locks_in_failover(p_failover uuid, p_lock boolean, p_tables jsonb, p_patience interval) RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    t        record;
    busy     jsonb := '[]';
    deadline timestamptz := clock_timestamp() + interval '2 seconds';
BEGIN
    FOR t IN SELECT g.relation, g.gitlab_schema FROM jsonb_to_recordset(p_tables) AS g (relation bigint, gitlab_schema text) LOOP
        BEGIN
            IF clock_timestamp() > deadline THEN
                busy := busy || to_jsonb(t.relation);
            ELSIF p_lock THEN
                PERFORM bbm.lock_table_in_failover(p_failover, t.gitlab_schema, t.relation::oid, p_patience);
            ELSE
                PERFORM bbm.unlock_table_in_failover(p_failover, t.gitlab_schema, t.relation::oid, p_patience);
            END IF;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            busy := busy || to_jsonb(t.relation);
        END;
    END LOOP;
    RETURN busy;
END
$$;

-- On the source, once it is retired: what goes on elsewhere is set aside; its name leads elsewhere now.
CREATE FUNCTION bbm.transfer_migrations(p_failover uuid, p_schemas text[], p_to text) RETURNS integer
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    moved integer;
BEGIN
    UPDATE bbm.batched_background_migrations AS u
       SET status_before_failover = u.status, status = 7, failover_id = p_failover, hold_reason = NULL, revision = u.revision + 1, updated_at = clock_timestamp()
     WHERE u.gitlab_schema = ANY (p_schemas) AND u.status IN (0, 1, 5);
    GET DIAGNOSTICS moved = ROW_COUNT;
    DELETE FROM bbm.database_identity AS i
     WHERE i.database_name = p_to AND EXISTS (SELECT FROM bbm.database_identity AS o WHERE o.database_name <> p_to);
    RETURN moved;
END
$$;

-- On the source, on every way back. Jobs that came back by a subscription, held by workers of the copy, wait at their cursors.
CREATE FUNCTION bbm.bring_migrations_back(p_failover uuid, p_by text) RETURNS integer
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    back integer;
BEGIN
    IF EXISTS (SELECT FROM bbm.failovers AS f WHERE f.id = p_failover AND f.reverse_subscription IS NOT NULL) THEN
        PERFORM bbm.release_jobs(p_failover, 7);
    END IF;
    UPDATE bbm.batched_background_migrations AS u
       SET status = u.status_before_failover, status_before_failover = NULL, failover_id = NULL, revision = u.revision + 1,
           workflow_seen_at = NULL, updated_at = clock_timestamp()
     WHERE u.failover_id = p_failover AND u.status = 7;
    GET DIAGNOSTICS back = ROW_COUNT;
    INSERT INTO bbm.database_identity (database_name, place, names_ids)
    SELECT n.name, (SELECT i.place FROM bbm.database_identity AS i LIMIT 1), false
      FROM bbm.failovers AS f CROSS JOIN LATERAL unnest(f.names_here) AS n (name)
     WHERE f.id = p_failover
        ON CONFLICT (database_name) DO NOTHING;
    PERFORM bbm.record_event(NULL, NULL, 'failover', p_by, format('%s migrations are back', back), back);
    RETURN back;
END
$$;

-- Running jobs of the failover's migrations with these statuses wait for a lane at their cursors; nobody holds them any more.
CREATE FUNCTION bbm.release_jobs(p_failover uuid, VARIADIC p_statuses integer[]) RETURNS void
LANGUAGE sql VOLATILE AS
$$
UPDATE bbm.batched_background_migration_jobs AS u
   SET status = 0, attempts = greatest(u.attempts - 1, 0), claim = NULL, worker = NULL, takeovers = 0, takeover_cursor = NULL, updated_at = clock_timestamp()
  FROM bbm.batched_background_migrations AS m
 WHERE m.id = u.batched_background_migration_id AND m.failover_id = p_failover AND m.status = ANY (p_statuses) AND u.status = 1
$$;

-- On the adopted copy: what stays on the source is set aside, and so is what an earlier failover had set aside there: it runs
-- at a third place, and its cleanup does not come here. Running jobs of the rest wait for a lane at their cursors,
-- ids go on far above the source's, and the place has one name.
CREATE FUNCTION bbm.settle_on_copy(p_failover uuid, p_to text, p_place uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    here integer;
BEGIN
    DELETE FROM bbm.database_identity;
    INSERT INTO bbm.database_identity (database_name, place, names_ids) VALUES (p_to, p_place, true);
    UPDATE bbm.batched_background_migrations AS u
       SET status_before_failover = u.status, status = 9, failover_id = p_failover, revision = u.revision + 1, updated_at = clock_timestamp()
      FROM bbm.schema_ownership AS o
     WHERE o.gitlab_schema = u.gitlab_schema AND o.state = 'RETIRED' AND u.status IN (0, 1, 5);
    UPDATE bbm.batched_background_migrations AS u
       SET status = 9, failover_id = p_failover, revision = u.revision + 1, updated_at = clock_timestamp()
     WHERE u.status IN (7, 9) AND u.failover_id <> p_failover;
    UPDATE bbm.batched_background_migrations AS u
       SET failover_id = p_failover, revision = u.revision + 1, announced_revision = 0, workflow_seen_at = NULL, hold_reason = NULL, updated_at = clock_timestamp()
     WHERE u.status IN (0, 1, 5);
    GET DIAGNOSTICS here = ROW_COUNT;
    PERFORM bbm.release_jobs(p_failover, 0, 1, 5);
    PERFORM bbm.skip_ids(1000000);
    RETURN here;
END
$$;

-- On a copy that is given up after it was active: whatever ran there ends.
CREATE FUNCTION bbm.give_up_copy(p_failover uuid, p_by text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    UPDATE bbm.batched_background_migrations AS u
       SET status_before_failover = u.status, status = 9, failover_id = p_failover, revision = u.revision + 1, updated_at = clock_timestamp()
     WHERE u.status IN (0, 1, 5);
    PERFORM bbm.record_event(NULL, NULL, 'failover', p_by, 'this copy was given up');
END
$$;

-- Ids that the other place has handed out, or will, are not handed out here: on an adopted copy, and on the source after a rollback.
-- Copies that were made of one source lie apart too, by the number of failovers that each knows.
CREATE FUNCTION bbm.skip_ids(p_count integer) RETURNS void
LANGUAGE sql VOLATILE AS
$$
SELECT setval(s.name, s.highest + p_count * greatest(1, (SELECT count(*) FROM bbm.failovers)))
  FROM (SELECT pg_get_serial_sequence('bbm.batched_background_migrations', 'id') AS name, coalesce(max(m.id), 0) AS highest
          FROM bbm.batched_background_migrations AS m
         UNION ALL
        SELECT pg_get_serial_sequence('bbm.batched_background_migration_jobs', 'id'), coalesce(max(j.id), 0)
          FROM bbm.batched_background_migration_jobs AS j) AS s
$$;

-- After the rollback window, table by table and so many at a time: what was set aside here. Returns how many are gone.
CREATE FUNCTION bbm.cleanup_failover(p_failover uuid, p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    gone integer;
BEGIN
    IF EXISTS (SELECT FROM bbm.failovers AS f WHERE f.id = p_failover AND f.decision IS NULL) THEN
        RAISE EXCEPTION 'failover % is undecided', p_failover USING ERRCODE = 'BM120', HINT = './bbm failover status';
    END IF;
    DELETE FROM bbm.batched_background_migration_jobs AS d
     WHERE d.id IN (SELECT j.id
                      FROM bbm.batched_background_migration_jobs AS j
                      JOIN bbm.batched_background_migrations AS m ON m.id = j.batched_background_migration_id
                     WHERE m.failover_id = p_failover AND m.status IN (7, 9)
                     ORDER BY j.id LIMIT p_limit);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone = 0 THEN
        DELETE FROM bbm.batched_background_migrations AS d
         WHERE d.id IN (SELECT m.id FROM bbm.batched_background_migrations AS m
                         WHERE m.failover_id = p_failover AND m.status IN (7, 9) ORDER BY m.id LIMIT p_limit);
        GET DIAGNOSTICS gone = ROW_COUNT;
    END IF;
    RETURN gone;
END
$$;

-- Tables of the schemas with rows written after the application was locked out: in a sample of up to 1 % of their pages, and in
-- their last pages, where new rows go.
CREATE FUNCTION bbm.tables_written_since(p_failover uuid, p_schemas text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    t      record;
    locked xid := (SELECT f.locked_xid::xid FROM bbm.failovers AS f WHERE f.id = p_failover);
    found  boolean;
BEGIN
    IF locked IS NULL THEN
        RETURN;
    END IF;
    FOR t IN
        SELECT l.relation, l.table_schema, l.table_name, greatest(c.relpages - 10, 0) AS page
          FROM bbm.write_locks('{}') AS l
          JOIN pg_catalog.pg_class AS c ON c.oid = l.relation AND c.relkind = 'r'
         WHERE l.gitlab_schema = ANY (p_schemas)
         ORDER BY c.relpages DESC
         LIMIT 200
    LOOP
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %1$I.%2$I AS s TABLESAMPLE SYSTEM (1) WHERE age(s.xmin) < age($1) AND age(s.xmin) >= 0)
                 OR EXISTS (SELECT FROM %1$I.%2$I AS s WHERE s.ctid >= $2 AND age(s.xmin) < age($1) AND age(s.xmin) >= 0)',
            t.table_schema, t.table_name) INTO found USING locked, format('(%s,1)', t.page)::tid;
        IF found THEN
            RETURN NEXT t.table_name;
        END IF;
    END LOOP;
END
$$;

-- Rows of the schemas' tables that have at most 10,000 pages together, as a JSON object.
CREATE FUNCTION bbm.count_small_tables(p_schemas text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    t      record;
    n      bigint;
    counts jsonb := '{}';
BEGIN
    FOR t IN
        SELECT w.table_schema, w.table_name
          FROM (SELECT l.table_schema, l.table_name, sum(c.relpages) OVER (ORDER BY c.relpages, c.oid) AS pages
                  FROM bbm.write_locks('{}') AS l
                  JOIN pg_catalog.pg_class AS c ON c.oid = l.relation AND c.relkind = 'r'
                 WHERE l.gitlab_schema = ANY (p_schemas)) AS w
         WHERE w.pages <= 10000
    LOOP
        EXECUTE format('SELECT count(*) FROM %I.%I', t.table_schema, t.table_name) INTO n;
        counts := counts || jsonb_build_object(t.table_schema || '.' || t.table_name, n);
    END LOOP;
    RETURN counts;
END
$$;
