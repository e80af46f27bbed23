-- Write locks: a statement trigger that refuses writes, on each table whose gitlab_schema lives at another place (GitLab's
-- lock_writes). Which tables those are is said by bbm.write_locks alone: for the commands, the monitor and truncation.

-- It runs as whoever writes, who may have no right to schema bbm: so it calls nothing of it. The setting's name is that of
-- bbm.write_lock_setting. A statement trigger's result is ignored.
CREATE FUNCTION bbm.prevent_write() RETURNS trigger
LANGUAGE plpgsql AS
$$
DECLARE
    setting text := 'lock_writes.' || regexp_replace(regexp_replace(TG_TABLE_NAME, '[^A-Za-z0-9_]', '_', 'g'), '^([0-9])', '_\1');
BEGIN
    IF lower(current_setting(setting, true)) IN ('false', 'off') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Table: "%" is write protected within this "%" database', TG_TABLE_NAME, current_database()
        USING ERRCODE = 'modifying_sql_data_not_permitted', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
              HINT = format('use the connection of the database in which its gitlab_schema lives; a tool may write in a transaction that has run SELECT set_config(''%s'', ''false'', true)', setting);
END
$$;

-- The setting that lets a transaction pass, GitLab's: lock_writes.<table>. PostgreSQL allows letters, digits and _ in it.
CREATE FUNCTION bbm.write_lock_setting(p_table text) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
SELECT 'lock_writes.' || regexp_replace(regexp_replace(p_table, '[^A-Za-z0-9_]', '_', 'g'), '^([0-9])', '_\1')
$$;

-- Whether one of our triggers refuses every write. tgtype 62 is BEFORE, statement, on all four events (pg_trigger.h); a trigger with a
-- condition, of some columns, disabled or only for replicas locks nothing.
CREATE FUNCTION bbm.refuses_writes(g pg_catalog.pg_trigger) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$
SELECT g.tgtype = 62 AND g.tgenabled IN ('O', 'A') AND g.tgqual IS NULL AND g.tgattr = ''
$$;

-- Every table outside schema bbm, with where its gitlab_schema lives, its lock, and what lock-writes would do. home:
--   here          one of this place's names has its schema (an ownership row, or the configuration where there is no row);
--                 the shared schemas and gitlab_internal, which every place has
--   elsewhere     a name of another place is configured for its schema and none of this place, or the row here is RETIRED
--   disputed      the row here says that it lives here, but only names of other places are configured for it
--   nowhere       no name is configured for its schema
--   unclassified  it is not in the dictionary
-- Only elsewhere is ever locked. A partition is classified as its root is, since writes to the root reach it; a detached
-- one by its name without the number. p_configured: {"here": […], "elsewhere": […]}, the gitlab_schemas of all configured names
-- that lead to this place, and of all that lead to others.
-- triggered: it has any such trigger.
CREATE FUNCTION bbm.write_locks(p_configured jsonb, p_relation oid DEFAULT NULL)
RETURNS TABLE (
    relation oid, root oid, table_schema text, table_name text, gitlab_schema text, home text,
    locked boolean, triggered boolean, due text
)
LANGUAGE sql STABLE AS
$$
WITH configured AS (
    SELECT s.name, c.key = 'here' AS here
      FROM jsonb_each(p_configured) AS c
     CROSS JOIN LATERAL jsonb_array_elements_text(c.value) AS s (name)
), home AS (
    SELECT s.name,
           CASE WHEN bbm.is_everywhere(s.name) THEN 'here'
                WHEN o.state = 'RETIRED' THEN 'elsewhere'
                WHEN s.here THEN 'here'
                WHEN o.state IS NOT NULL THEN CASE WHEN s.elsewhere THEN 'disputed' ELSE 'here' END
                WHEN s.elsewhere THEN 'elsewhere'
                ELSE 'nowhere' END AS home
      FROM (SELECT d.name, coalesce(bool_or(c.here), false) AS here, coalesce(bool_or(NOT c.here), false) AS elsewhere
              FROM (SELECT t.gitlab_schema AS name FROM bbm.table_schemas AS t GROUP BY t.gitlab_schema) AS d
              LEFT JOIN configured AS c ON c.name = d.name
             GROUP BY d.name) AS s
      LEFT JOIN bbm.schema_ownership AS o ON o.gitlab_schema = s.name
), tables AS MATERIALIZED (
    SELECT c.oid AS relation, r.oid AS root, n.nspname AS table_schema, c.relname AS table_name,
           coalesce(bbm.schema_of_table(r.relname), bbm.schema_of_table(c.relname)) AS gitlab_schema
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_class AS r ON r.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
     WHERE c.relkind IN ('r', 'p')
       AND c.relpersistence <> 't'
       AND n.nspname NOT IN ('bbm', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
       AND (p_relation IS NULL OR c.oid = p_relation)
)
SELECT t.relation, t.root, t.table_schema, t.table_name, t.gitlab_schema, coalesce(h.home, 'unclassified'),
       g.locked, g.triggered,
       CASE WHEN h.home = 'elsewhere' AND NOT g.locked THEN 'lock' WHEN h.home = 'here' AND g.triggered THEN 'unlock' END
  FROM tables AS t
  LEFT JOIN home AS h ON h.name = t.gitlab_schema
 CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS triggered,
               count(*) FILTER (WHERE bbm.refuses_writes(g)) > 0 AS locked
          FROM pg_catalog.pg_trigger AS g
         WHERE g.tgrelid = t.relation AND g.tgfoid = 'bbm.prevent_write'::regproc) AS g
 -- What an extension brings (spatial_ref_sys) is no table of the application, unless the dictionary has it.
 WHERE t.gitlab_schema IS NOT NULL
    OR NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = t.relation AND d.deptype = 'e')
$$;

-- While a failover is undecided it locks and unlocks tables itself.
CREATE FUNCTION bbm.refuse_in_failover() RETURNS void
LANGUAGE plpgsql STABLE AS
$$
BEGIN
    IF EXISTS (SELECT FROM bbm.failovers AS f WHERE f.decision IS NULL) THEN
        RAISE EXCEPTION 'a failover is under way, which locks and unlocks tables itself'
            USING ERRCODE = 'BM001', HINT = './bbm failover status';
    END IF;
END
$$;

-- Locks one table, in a transaction of its own: SHARE ROW EXCLUSIVE, which waits for the transactions that write it and for
-- a VACUUM, and while it waits lets no new writer in; hence the limit. PostgreSQL cancels an autovacuum only for who has
-- waited for deadlock_timeout. Holding one table's lock at a time, it deadlocks with nobody. False: it was locked, or is gone.
-- It looks at that table alone: all of them are looked at while the application waits.
CREATE FUNCTION bbm.lock_table(p_relation oid, p_patience interval) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    t record;
BEGIN
    PERFORM set_config('lock_timeout', ceil(extract(epoch FROM p_patience) * 1000) || 'ms', true),
            set_config('statement_timeout', '30s', true);
    SELECT n.nspname AS table_schema, c.relname AS table_name
      INTO t
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.oid = p_relation
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS g
                        WHERE g.tgrelid = c.oid AND g.tgfoid = 'bbm.prevent_write'::regproc AND bbm.refuses_writes(g));
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- A cast to name cuts at 63 bytes, between characters.
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I.%I FOR EACH STATEMENT EXECUTE FUNCTION bbm.prevent_write()',
        ('gitlab_schema_write_trigger_for_' || t.table_name)::name, t.table_schema, t.table_name);
    RETURN true;
END
$$;

-- Unlocks one table, in a transaction of its own; ACCESS EXCLUSIVE, as DROP TRIGGER wants it. False: it was not locked.
CREATE FUNCTION bbm.unlock_table(p_relation oid, p_patience interval) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    t        record;
    unlocked boolean := false;
BEGIN
    PERFORM set_config('lock_timeout', ceil(extract(epoch FROM p_patience) * 1000) || 'ms', true),
            set_config('statement_timeout', '30s', true);
    FOR t IN
        SELECT g.tgname, n.nspname, c.relname
          FROM pg_catalog.pg_trigger AS g
          JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE g.tgrelid = p_relation AND g.tgfoid = 'bbm.prevent_write'::regproc
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I.%I', t.tgname, t.nspname, t.relname);
        unlocked := true;
    END LOOP;
    RETURN unlocked;
END
$$;

-- Locks one table if it lives elsewhere still, and no failover is under way. False: it is as it should be.
CREATE FUNCTION bbm.lock_if_due(p_configured jsonb, p_relation oid, p_patience interval) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM bbm.refuse_in_failover();
    RETURN EXISTS (SELECT FROM bbm.write_locks(p_configured, p_relation) AS l WHERE l.due = 'lock')
       AND bbm.lock_table(p_relation, p_patience);
END
$$;

CREATE TABLE bbm.unlocked_tables (
    table_schema  text NOT NULL,
    table_name    text NOT NULL,
    gitlab_schema text NOT NULL,
    found_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT unlocked_tables_pkey PRIMARY KEY (table_schema, table_name)
);
COMMENT ON TABLE bbm.unlocked_tables IS 'Tables of another place without a write lock, as the monitor last saw them; so that each is reported once.';

-- One look of the monitor: the tables that should be locked and are not. What has changed since the last look, by any worker,
-- becomes one event. Nothing is written while a failover is undecided, or by two workers at once.
CREATE FUNCTION bbm.watch_write_locks(p_configured jsonb, p_by text)
RETURNS TABLE (table_schema text, table_name text, gitlab_schema text, is_new boolean)
LANGUAGE plpgsql VOLATILE AS
$$
#variable_conflict use_column
DECLARE
    found   bbm.unlocked_tables[];
    fresh   text[];
    schemas text;
    gone    integer;
BEGIN
    SELECT coalesce(array_agg(ROW(l.table_schema, l.table_name, l.gitlab_schema, now())::bbm.unlocked_tables
                              ORDER BY l.table_schema, l.table_name), '{}')
      INTO found
      FROM bbm.write_locks(p_configured) AS l
     WHERE l.due = 'lock';
    IF EXISTS (SELECT FROM bbm.failovers AS f WHERE f.decision IS NULL) OR NOT pg_try_advisory_xact_lock(7771, bbm.ownership_key('write_locks')) THEN
        RETURN QUERY SELECT f.table_schema, f.table_name, f.gitlab_schema, false FROM unnest(found) AS f;
        RETURN;
    END IF;
    DELETE FROM bbm.unlocked_tables AS u
     WHERE NOT EXISTS (SELECT FROM unnest(found) AS f WHERE f.table_schema = u.table_schema AND f.table_name = u.table_name);
    GET DIAGNOSTICS gone = ROW_COUNT;
    WITH added AS (
        INSERT INTO bbm.unlocked_tables AS u (table_schema, table_name, gitlab_schema)
        SELECT f.table_schema, f.table_name, f.gitlab_schema FROM unnest(found) AS f
            ON CONFLICT DO NOTHING
        RETURNING u.table_schema, u.table_name, u.gitlab_schema
    )
    SELECT array_agg(a.table_name ORDER BY a.table_schema, a.table_name), string_agg(DISTINCT a.gitlab_schema, ', ')
      INTO fresh, schemas
      FROM added AS a;
    IF fresh IS NOT NULL THEN
        PERFORM bbm.record_event(
            NULL, schemas, 'write_locks_missing', p_by,
            format('not locked for writes: %s%s', array_to_string(fresh[1:10], ', '),
                   CASE WHEN cardinality(fresh) > 10 THEN format(' and %s more', cardinality(fresh) - 10) END),
            cardinality(found));
    ELSIF gone > 0 AND cardinality(found) = 0 THEN
        PERFORM bbm.record_event(NULL, NULL, 'write_locks_complete', p_by, 'every table of another database is locked for writes', 0);
    END IF;
    RETURN QUERY
    SELECT u.table_schema, u.table_name, u.gitlab_schema, u.found_at >= now() FROM bbm.unlocked_tables AS u ORDER BY 1, 2;
END
$$;
