-- What `bbm migrate` needs: its history, what it skipped, what a statement touched, and the claim of an inline finalizer.

-- Flyway's columns; made here, so that Flyway finds it and needs no baseline.
CREATE TABLE bbm.migration_history (
    installed_rank integer NOT NULL,
    version        varchar(50),
    description    varchar(200) NOT NULL,
    type           varchar(20) NOT NULL,
    script         varchar(1000) NOT NULL,
    checksum       integer,
    installed_by   varchar(100) NOT NULL,
    installed_on   timestamptz NOT NULL DEFAULT now(),
    execution_time integer NOT NULL,
    success        boolean NOT NULL,
    CONSTRAINT migration_history_pkey PRIMARY KEY (installed_rank)
);
CREATE INDEX migration_history_success_idx ON bbm.migration_history (success);
COMMENT ON TABLE bbm.migration_history IS 'Which files of db/migrate and db/post_migrate are done here, skipped ones too. Flyway''s.';

CREATE TABLE bbm.skipped_migrations (
    version       text NOT NULL,
    gitlab_schema text,
    superseded_by text,
    skipped_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    run_at        timestamptz,
    CONSTRAINT skipped_migrations_pkey PRIMARY KEY (version),
    CONSTRAINT skipped_migrations_reason_check CHECK (num_nonnulls(gitlab_schema, superseded_by) = 1)
);
COMMENT ON TABLE bbm.skipped_migrations IS
    'Files that are marked as run here but were not: their gitlab_schema did not live here, or another version superseded them. run_at: made up for by --run-skipped.';

CREATE TABLE bbm.finalizers (
    batched_background_migration_id bigint NOT NULL,
    finalizer                       text NOT NULL,
    seen_at                         timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT finalizers_pkey PRIMARY KEY (batched_background_migration_id),
    CONSTRAINT finalizers_migration_id_fkey FOREIGN KEY (batched_background_migration_id)
        REFERENCES bbm.batched_background_migrations (id) ON DELETE CASCADE
);
COMMENT ON TABLE bbm.finalizers IS
    'Who finalizes a migration inline. While it is heard of, workers leave the migration alone; 90 s later they go on with it.';

-- Whether files restricted to a gitlab_schema run in this database. A fenced schema still counts: the gate then refuses
-- such a file, whereas a skip would lose it.
CREATE FUNCTION bbm.lives_here(p_schema text) RETURNS boolean
LANGUAGE sql STABLE AS
$$
SELECT bbm.is_everywhere(p_schema)
    OR EXISTS (SELECT FROM bbm.schema_ownership AS s WHERE s.gitlab_schema = p_schema AND s.state <> 'RETIRED')
$$;

-- Marks a file as skipped; both statements of its record are one transaction with the history's row.
CREATE FUNCTION bbm.skip_migration(p_version text, p_schema text, p_superseded_by text) RETURNS void
LANGUAGE sql VOLATILE AS
$$
INSERT INTO bbm.skipped_migrations AS s (version, gitlab_schema, superseded_by)
VALUES (p_version, p_schema, p_superseded_by)
    ON CONFLICT (version) DO UPDATE
   SET gitlab_schema = excluded.gitlab_schema, superseded_by = excluded.superseded_by, skipped_at = clock_timestamp(), run_at = NULL
$$;

-- The relation locks that this transaction holds, of the application's tables and their sequences. PostgreSQL takes these locks
-- for whatever a statement reaches, by functions, triggers and views too. root: a partition's root, the table that owns a
-- sequence; indexes and toast tables are never locked without their table. Temporary tables and catalogs are left out.
CREATE FUNCTION bbm.locked_relations() RETURNS TABLE (relation oid, root oid, is_sequence boolean, modes text[])
LANGUAGE sql VOLATILE AS
$$
WITH held AS (
    SELECT l.relation, array_agg(l.mode) AS modes
      FROM pg_catalog.pg_locks AS l
     WHERE l.locktype = 'relation' AND l.granted AND l.pid = pg_backend_pid()
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
     GROUP BY l.relation
), mapped AS (
    SELECT h.relation, h.modes, c.relkind = 'S' AS is_sequence,
           CASE WHEN c.relkind = 'S' THEN o.refobjid ELSE coalesce(pg_partition_root(c.oid), c.oid) END AS root
      FROM held AS h
      JOIN pg_catalog.pg_class AS c ON c.oid = h.relation AND c.relkind IN ('r', 'p', 'f', 'm', 'S') AND c.relpersistence <> 't'
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
      LEFT JOIN LATERAL (
            SELECT coalesce(pg_partition_root(d.refobjid), d.refobjid) AS refobjid
              FROM pg_catalog.pg_depend AS d
             WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
               AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
             LIMIT 1) AS o ON true
)
SELECT m.relation, m.root, m.is_sequence, m.modes
  FROM mapped AS m
 WHERE m.root IS NOT NULL
$$;

-- The tables of these locks, with what the locks say: read (AccessShare), locked rows (RowShare), written (RowExclusive),
-- anything stronger (structure).
-- scans and changes only grow within a transaction; who compares them before and after a statement sees a table that was
-- locked before being used again. partners: tables tied by a foreign key, whose rows PostgreSQL locks for its checks.
CREATE FUNCTION bbm.transaction_touches()
RETURNS TABLE (
    relation bigint, table_schema text, table_name text, gitlab_schema text, everywhere boolean,
    reads boolean, locks_rows boolean, writes boolean, counts boolean, restructures boolean,
    scans bigint, changes bigint, partners text
)
LANGUAGE sql VOLATILE AS
$$
WITH summed AS (
    SELECT m.root,
           bool_or(NOT m.is_sequence AND 'AccessShareLock' = ANY (m.modes)) AS reads,
           bool_or(NOT m.is_sequence AND 'RowShareLock' = ANY (m.modes)) AS locks_rows,
           bool_or(NOT m.is_sequence AND 'RowExclusiveLock' = ANY (m.modes)) AS writes,
           bool_or(m.is_sequence AND 'RowExclusiveLock' = ANY (m.modes)) AS counts,
           bool_or(m.modes && '{ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}') AS restructures,
           sum(pg_stat_get_xact_numscans(m.relation)
               + coalesce((SELECT sum(pg_stat_get_xact_numscans(i.indexrelid)) FROM pg_catalog.pg_index AS i WHERE i.indrelid = m.relation), 0))::bigint AS scans,
           sum(pg_stat_get_xact_tuples_inserted(m.relation) + pg_stat_get_xact_tuples_updated(m.relation)
               + pg_stat_get_xact_tuples_deleted(m.relation))::bigint AS changes
      FROM bbm.locked_relations() AS m
     GROUP BY m.root
)
SELECT s.root::bigint, n.nspname::text, c.relname::text, d.gitlab_schema, coalesce(bbm.is_everywhere(d.gitlab_schema), false),
       s.reads, s.locks_rows, s.writes, s.counts, s.restructures, s.scans, s.changes,
       coalesce((SELECT jsonb_agg(DISTINCT CASE WHEN coalesce(pg_partition_root(k.conrelid), k.conrelid) = s.root
                                                THEN coalesce(pg_partition_root(k.confrelid), k.confrelid)
                                                ELSE coalesce(pg_partition_root(k.conrelid), k.conrelid) END::bigint)
                   FROM pg_catalog.pg_constraint AS k
                  WHERE k.contype = 'f' AND s.root IN (coalesce(pg_partition_root(k.conrelid), k.conrelid),
                                                       coalesce(pg_partition_root(k.confrelid), k.confrelid))), '[]')::text
  FROM summed AS s
  JOIN pg_catalog.pg_class AS c ON c.oid = s.root
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT bbm.schema_of_table(c.relname) AS gitlab_schema) AS d
 ORDER BY n.nspname, c.relname
$$;

-- How many catalog rows this transaction has written so far, in rolled back subtransactions too: it only grows, and every
-- change of structure adds to it, dropping and renaming included. Statistics and large objects are no structure.
CREATE FUNCTION bbm.catalog_changes() RETURNS bigint
LANGUAGE sql VOLATILE AS
$$
SELECT sum(pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid))::bigint
  FROM pg_catalog.pg_class AS c
 WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'
   AND c.relname NOT IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_largeobject_metadata')
$$;

-- Inline finalizing begins: failed jobs get their attempts back, and workers leave the migration to p_finalizer. A finished
-- one stays as it is. Returns who else finalizes it now, and then changes nothing.
CREATE FUNCTION bbm.begin_finalizing(p_id bigint, p_finalizer text) RETURNS text
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m     bbm.batched_background_migrations := bbm.lock_migration(p_id);
    other text := bbm.other_finalizer(p_id, p_finalizer);
BEGIN
    IF m.status = 5 AND other IS NOT NULL THEN
        RETURN other;
    END IF;
    IF m.status IN (3, 6) THEN
        RETURN NULL;
    END IF;
    IF m.status NOT IN (0, 1, 4, 5) THEN
        RAISE EXCEPTION '% is %: it cannot be finalized here', bbm.display_id(p_id), bbm.status_name(m.status)
            USING ERRCODE = 'BM110', HINT = format('./bbm status %s', bbm.display_id(p_id));
    END IF;
    INSERT INTO bbm.finalizers AS f (batched_background_migration_id, finalizer)
    VALUES (p_id, p_finalizer)
        ON CONFLICT (batched_background_migration_id) DO UPDATE SET finalizer = excluded.finalizer, seen_at = clock_timestamp();
    UPDATE bbm.batched_background_migration_jobs AS j
       SET attempts = 0, updated_at = clock_timestamp()
     WHERE j.batched_background_migration_id = p_id AND j.status = 2 AND j.attempts >= 3;
    IF m.status <> 5 THEN
        PERFORM bbm.enter_status(p_id, 5::smallint, 'finalizing', p_finalizer, NULL);
    END IF;
    RETURN NULL;
END
$$;

-- Inline finalizing has ended; what is unfinished goes back to the workers.
CREATE FUNCTION bbm.end_finalizing(p_id bigint, p_finalizer text, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m bbm.batched_background_migrations := bbm.lock_migration(p_id);
BEGIN
    DELETE FROM bbm.finalizers AS f WHERE f.batched_background_migration_id = p_id AND f.finalizer = p_finalizer;
    IF FOUND AND m.status = 5 THEN
        PERFORM bbm.enter_status(p_id, 1::smallint, 'resumed', p_finalizer, p_reason);
    END IF;
END
$$;

-- Who else finalizes the migration and was heard of within 90 s: a slice of 30 s, a statement of 30 s, and a margin.
CREATE FUNCTION bbm.other_finalizer(p_id bigint, p_worker text) RETURNS text
LANGUAGE sql STABLE AS
$$
SELECT f.finalizer
  FROM bbm.finalizers AS f
 WHERE f.batched_background_migration_id = p_id AND f.finalizer <> p_worker
   AND f.seen_at > clock_timestamp() - interval '90 seconds'
$$;

-- Whether p_worker is the finalizer; notes that it lives.
CREATE FUNCTION bbm.renew_finalizer(p_id bigint, p_worker text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    UPDATE bbm.finalizers AS f
       SET seen_at = clock_timestamp()
     WHERE f.batched_background_migration_id = p_id AND f.finalizer = p_worker;
    RETURN FOUND;
END
$$;
