-- Who may run a gitlab_schema, and the gate that every sub-batch passes.

CREATE TABLE bbm.database_identity (
    database_name text NOT NULL,
    place         uuid NOT NULL,
    names_ids     boolean NOT NULL,
    written_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT database_identity_pkey PRIMARY KEY (database_name)
);
COMMENT ON TABLE bbm.database_identity IS
    'The configured names that lead to this physical database, and its place; rewritten at adoption. names_ids: this name prefixes ids.';

CREATE TABLE bbm.schema_ownership (
    gitlab_schema  text NOT NULL,
    owner_database text NOT NULL,
    epoch          bigint NOT NULL,
    state          text NOT NULL,
    place          uuid NOT NULL,
    timeline       integer NOT NULL,
    drain_until    timestamptz,
    failover_id    uuid,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT schema_ownership_pkey PRIMARY KEY (gitlab_schema),
    CONSTRAINT schema_ownership_epoch_check CHECK (epoch > 0),
    CONSTRAINT schema_ownership_state_check CHECK (state IN ('ACTIVE', 'FENCED', 'READY', 'RETIRED'))
);
COMMENT ON TABLE bbm.schema_ownership IS
    'The fence: which database runs a gitlab_schema here, since which epoch, at which place, on which timeline (0: not checked).';

CREATE TABLE bbm.table_schemas (
    table_name    text NOT NULL,
    gitlab_schema text NOT NULL,
    deleted       boolean NOT NULL DEFAULT false,
    CONSTRAINT table_schemas_pkey PRIMARY KEY (table_name)
);
COMMENT ON TABLE bbm.table_schemas IS
    'The dictionary: the gitlab_schema of each table and view; deleted ones are kept, so that old migrations find them.';

CREATE TABLE bbm.gitlab_schemas (
    name text NOT NULL,
    CONSTRAINT gitlab_schemas_pkey PRIMARY KEY (name)
);
COMMENT ON TABLE bbm.gitlab_schemas IS 'Every gitlab_schema that exists, here or in another database.';

CREATE TABLE bbm.dictionary_source (
    path      text NOT NULL,
    is_folder boolean NOT NULL
);
CREATE UNIQUE INDEX dictionary_source_one_row ON bbm.dictionary_source ((true));
COMMENT ON TABLE bbm.dictionary_source IS 'The file or folder that the dictionary was read from, for messages.';

-- The first eight hex digits of the current WAL file's name. Not pg_control_checkpoint(): that one is stale for
-- seconds after a promotion. Errors on a standby, so the gate fails closed there.
CREATE FUNCTION bbm.current_timeline() RETURNS integer
LANGUAGE sql STABLE AS
$$ SELECT ('x' || substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8))::bit(32)::integer $$;

-- The second key of the schema's advisory lock; the first is 7771, the number of this framework.
CREATE FUNCTION bbm.ownership_key(gitlab_schema text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT pg_catalog.hashtext(gitlab_schema) $$;

-- Every change of an ownership row first waits for all sub-batches of its schema that are under way,
-- and lets none begin before it ends.
CREATE FUNCTION bbm.lock_ownership_key() RETURNS trigger
LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM pg_advisory_xact_lock(7771, bbm.ownership_key(coalesce(NEW.gitlab_schema, OLD.gitlab_schema)));
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$;
CREATE TRIGGER schema_ownership_lock_key
    BEFORE INSERT OR UPDATE OR DELETE ON bbm.schema_ownership
    FOR EACH ROW EXECUTE FUNCTION bbm.lock_ownership_key();

-- Takes the exclusive keys of several schemas in name order: the trigger alone takes them in scan order, a deadlock.
CREATE FUNCTION bbm.lock_ownership_keys(gitlab_schemas text[]) RETURNS void
LANGUAGE plpgsql AS
$$
DECLARE
    locked text;
BEGIN
    FOR locked IN SELECT DISTINCT s FROM unnest(gitlab_schemas) AS s ORDER BY s LOOP
        PERFORM pg_advisory_xact_lock(7771, bbm.ownership_key(locked));
    END LOOP;
END
$$;

-- THE GATE. Returns only if this transaction may write for the schema: it holds the schema's shared key until it ends,
-- and a statement that began after the key was granted saw the row ACTIVE for this database, epoch, place and timeline.
-- VOLATILE PL/pgSQL, since each statement in it then has a snapshot of its own; hence also the raise outside READ COMMITTED,
-- where the row would be read as of before the wait.
-- A writer without a token (queueing from psql, the CLI) passes NULL for database, epoch and place: then "here" is what
-- database_identity says. draining_too: pause, resume, release and sweep pass while a drain is on, else it could not end.
CREATE FUNCTION bbm.gate(
    p_schema       text,
    p_database     text    DEFAULT NULL,
    p_epoch        bigint  DEFAULT NULL,
    p_place        uuid    DEFAULT NULL,
    p_draining_too boolean DEFAULT false
) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    o       bbm.schema_ownership;
    refusal text;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the gate needs READ COMMITTED, this transaction is %', upper(current_setting('transaction_isolation'))
            USING ERRCODE = 'BM002', HINT = 'begin the transaction with ISOLATION LEVEL READ COMMITTED';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7771, bbm.ownership_key(p_schema));
    SELECT * INTO o FROM bbm.schema_ownership AS s WHERE s.gitlab_schema = p_schema;
    refusal := CASE
        WHEN o.gitlab_schema IS NULL THEN 'it does not live in this database'
        WHEN o.state <> 'ACTIVE' THEN format('it is %s at epoch %s', o.state, o.epoch)
        WHEN o.owner_database <> '*' AND p_database IS NOT NULL AND o.owner_database <> p_database
            THEN format('its owner is "%s", not "%s"', o.owner_database, p_database)
        WHEN p_epoch IS NOT NULL AND o.epoch <> p_epoch THEN format('its epoch is %s, not %s', o.epoch, p_epoch)
        WHEN o.place IS DISTINCT FROM coalesce(p_place, (SELECT i.place FROM bbm.database_identity AS i LIMIT 1))
            THEN 'its row was written at another place'
        WHEN o.timeline <> 0 AND o.timeline <> bbm.current_timeline()
            THEN format('its row is valid on timeline %s, this server runs on %s', o.timeline, bbm.current_timeline())
    END;
    IF refusal IS NOT NULL THEN
        RAISE EXCEPTION 'gitlab_schema "%" may not be changed here: %', p_schema, refusal
            USING ERRCODE = 'BM001',
                  HINT = CASE o.state WHEN 'FENCED' THEN './bbm failover resume' ELSE './bbm db ownership' END;
    END IF;
    IF o.drain_until > clock_timestamp() AND NOT p_draining_too THEN
        RAISE EXCEPTION 'gitlab_schema "%" is being drained until %', p_schema, to_char(o.drain_until AT TIME ZONE 'UTC', 'HH24:MI:SS "UTC"')
            USING ERRCODE = 'BM003', HINT = './bbm failover status';
    END IF;
END
$$;

-- The gate for queueing inside a foreign transaction of any isolation level. Where the snapshot may be older than the
-- key, FOR SHARE makes PostgreSQL refuse (40001) a row that changed since.
CREATE FUNCTION bbm.gate_for_queueing(p_schema text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    IF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM bbm.gate(p_schema);
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7771, bbm.ownership_key(p_schema));
    PERFORM 1
       FROM bbm.schema_ownership AS s
      WHERE s.gitlab_schema = p_schema
        AND s.state = 'ACTIVE'
        AND s.place = (SELECT i.place FROM bbm.database_identity AS i LIMIT 1)
        AND (s.timeline = 0 OR s.timeline = bbm.current_timeline())
        AND (s.drain_until IS NULL OR s.drain_until <= clock_timestamp())
        FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gitlab_schema "%" may not be changed here', p_schema
            USING ERRCODE = 'BM001', HINT = './bbm db ownership';
    END IF;
END
$$;

-- Whether every place has a copy of the schema's tables: gitlab_shared, gitlab_shared_org, …
CREATE FUNCTION bbm.is_shared(p_schema text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$ SELECT p_schema = 'gitlab_shared' OR p_schema LIKE 'gitlab\_shared\_%' $$;

-- Whether the schema's tables may be used beside those of any other: every database has them.
CREATE FUNCTION bbm.is_everywhere(p_schema text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS
$$ SELECT p_schema = 'gitlab_internal' OR bbm.is_shared(p_schema) $$;

-- Writes this database's names and the schemas that it owns. Changes an owner only between names of one place.
CREATE FUNCTION bbm.install_ownership(
    p_database       text,
    p_names_ids      boolean,
    p_schemas        text[],
    p_timeline_check boolean DEFAULT true
) RETURNS void
LANGUAGE plpgsql AS
$$
DECLARE
    here  uuid;
    owned text;
    o     bbm.schema_ownership;
    owner text;
    tli   integer := CASE WHEN p_timeline_check THEN bbm.current_timeline() ELSE 0 END;
BEGIN
    PERFORM bbm.lock_ownership_keys(p_schemas);
    SELECT place INTO here FROM bbm.database_identity LIMIT 1;
    here := coalesce(here, gen_random_uuid());
    INSERT INTO bbm.database_identity AS i (database_name, place, names_ids)
    VALUES (p_database, here, p_names_ids)
        ON CONFLICT (database_name) DO UPDATE SET names_ids = excluded.names_ids
     WHERE i.names_ids <> excluded.names_ids;
    FOR owned IN SELECT DISTINCT s FROM unnest(p_schemas) AS s ORDER BY s LOOP
        owner := CASE WHEN bbm.is_shared(owned) THEN '*' ELSE p_database END;
        SELECT * INTO o FROM bbm.schema_ownership AS s WHERE s.gitlab_schema = owned;
        IF o.gitlab_schema IS NULL THEN
            INSERT INTO bbm.schema_ownership (gitlab_schema, owner_database, epoch, state, place, timeline)
            VALUES (owned, owner, 1, 'ACTIVE', here, tli);
        ELSIF o.state = 'ACTIVE' AND o.place = here AND o.owner_database <> owner
              AND EXISTS (SELECT FROM bbm.database_identity AS i WHERE i.database_name = o.owner_database) THEN
            UPDATE bbm.schema_ownership AS s SET owner_database = owner, epoch = s.epoch + 1 WHERE s.gitlab_schema = owned;
        END IF;
    END LOOP;
END
$$;

-- Where a table belongs, by GitLab's rules in this order, and which rule it was; no row when none fits. The table may have
-- its PostgreSQL schema before it. The same as TableLookup in Java; one table of cases is tested against both.
CREATE FUNCTION bbm.classify_table(p_table text, OUT gitlab_schema text, OUT rule text) RETURNS SETOF record
LANGUAGE sql STABLE AS
$$
WITH named AS (
    SELECT n.name, regexp_replace(n.name, '_[0-9]+$', '') AS stripped,
           left(p_table, greatest(strpos(p_table, '.') - 1, 0)) AS before
      FROM (SELECT substr(p_table, strpos(p_table, '.') + 1) AS name) AS n
), fitting AS (
    SELECT 1 AS rank, 'gitlab_internal' AS gitlab_schema, 'system schema' AS rule
      FROM named AS n WHERE n.before IN ('bbm', 'information_schema', 'pg_catalog', 'pg_toast')
     UNION ALL
    SELECT 2, t.gitlab_schema, 'table'
      FROM bbm.table_schemas AS t WHERE t.table_name = p_table AND NOT t.deleted -- a dot may be part of a name
     UNION ALL
    SELECT 3, t.gitlab_schema, 'table'
      FROM named AS n JOIN bbm.table_schemas AS t ON t.table_name = n.name AND NOT t.deleted
     UNION ALL
    SELECT 4, t.gitlab_schema, 'partition number'
      FROM named AS n JOIN bbm.table_schemas AS t ON t.table_name = n.stripped AND NOT t.deleted
     UNION ALL
    SELECT 5, t.gitlab_schema, 'deleted table'
      FROM named AS n JOIN bbm.table_schemas AS t ON t.table_name = n.name AND t.deleted
     UNION ALL
    SELECT 6, t.gitlab_schema, 'deleted table'
      FROM named AS n JOIN bbm.table_schemas AS t ON t.table_name = n.stripped AND t.deleted
     UNION ALL
    SELECT 7, t.gitlab_schema, 'ci partition'
      FROM named AS n JOIN bbm.table_schemas AS t ON t.table_name = 'p_' || n.stripped AND NOT t.deleted
     WHERE starts_with(n.stripped, 'ci_')
     UNION ALL
    SELECT 8, coalesce((SELECT s.name FROM bbm.gitlab_schemas AS s WHERE starts_with(n.name, '_test_' || s.name || '_')
                         ORDER BY length(s.name) DESC LIMIT 1),
                       substring(n.name FROM '^_test_(gitlab_[a-z]+)_'),
                       'gitlab_shared'), 'test prefix'
      FROM named AS n WHERE starts_with(n.name, '_test_')
     UNION ALL
    SELECT 9, 'gitlab_internal', 'pg_ prefix'
      FROM named AS n WHERE starts_with(n.name, 'pg_')
)
SELECT f.gitlab_schema, f.rule FROM fitting AS f ORDER BY f.rank LIMIT 1
$$;

-- NULL when the table is not classified.
CREATE FUNCTION bbm.schema_of_table(p_table text) RETURNS text
LANGUAGE sql STABLE AS
$$ SELECT c.gitlab_schema FROM bbm.classify_table(p_table) AS c $$;

-- What to write where for a table that is not classified.
CREATE FUNCTION bbm.how_to_classify(p_table text) RETURNS text
LANGUAGE sql STABLE AS
$$
SELECT CASE WHEN d.is_folder
            THEN format('write "table_name: %1$s" and "gitlab_schema: gitlab_main" (or another) into %2$s/%1$s.yml, then ./bbm init',
                        n.name, d.path)
            ELSE format('add "%s: gitlab_main" (or another) to %s, then ./bbm init', n.name, coalesce(d.path, 'the dictionary'))
       END
  FROM (SELECT substr(p_table, strpos(p_table, '.') + 1) AS name) AS n
  LEFT JOIN bbm.dictionary_source AS d ON true
$$;

-- The gitlab_schema of a table; raises with what to write where for one that is not classified.
CREATE FUNCTION bbm.require_schema_of_table(p_table text) RETURNS text
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    found_schema text := bbm.schema_of_table(p_table);
BEGIN
    IF found_schema IS NULL THEN
        RAISE EXCEPTION 'table "%" is in no gitlab_schema', p_table
            USING ERRCODE = 'BM111', HINT = bbm.how_to_classify(p_table);
    END IF;
    RETURN found_schema;
END
$$;

CREATE FUNCTION bbm.write_dictionary_source(p_path text, p_is_folder boolean) RETURNS void
LANGUAGE sql VOLATILE AS
$$
INSERT INTO bbm.dictionary_source AS d (path, is_folder) VALUES (p_path, p_is_folder)
    ON CONFLICT ((true)) DO UPDATE SET path = excluded.path, is_folder = excluded.is_folder
$$;
