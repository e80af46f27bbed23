-- The witness of a run: who was owner when, who decided what, who moved which cursor, who wrote to which table, which
-- migration was in which state. Written in the transactions themselves, and replicated like any table, so that each copy
-- tells its own lineage. A change of an owner row carries a snapshot taken behind the exclusive key: a transaction that
-- is not visible in it came after.
CREATE SCHEMA audit;

CREATE TABLE audit.owner_changes (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid           xid8 NOT NULL DEFAULT pg_current_xact_id(),
    snapshot      pg_snapshot NOT NULL,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    gitlab_schema text NOT NULL,
    before        bbm.schema_ownership,
    after         bbm.schema_ownership,
    here          uuid,
    timeline      integer NOT NULL DEFAULT bbm.current_timeline(),
    by            text NOT NULL DEFAULT current_setting('application_name')
);

CREATE TABLE audit.decisions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    failover_id uuid NOT NULL,
    before      text,
    after       text,
    timeline    integer NOT NULL DEFAULT bbm.current_timeline()
);

CREATE TABLE audit.moves (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    uid        uuid NOT NULL,
    table_name text NOT NULL,
    job_id     bigint NOT NULL,
    before     jsonb NOT NULL,
    after      jsonb NOT NULL,
    epoch      bigint,
    here       uuid,
    timeline   integer NOT NULL DEFAULT bbm.current_timeline(),
    by         text NOT NULL DEFAULT current_setting('application_name')
);

CREATE TABLE audit.writes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    table_name text NOT NULL,
    here       uuid,
    timeline   integer NOT NULL DEFAULT bbm.current_timeline(),
    by         text NOT NULL DEFAULT current_setting('application_name')
);

CREATE TABLE audit.states (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    uid        uuid NOT NULL,
    table_name text NOT NULL,
    before     smallint,
    after      smallint,
    by         text NOT NULL DEFAULT current_setting('application_name')
);

-- The place of this copy, whatever a configured name calls it.
CREATE FUNCTION audit.here() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT i.place FROM bbm.database_identity AS i LIMIT 1 $$;

CREATE FUNCTION audit.owner_changed() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO audit.owner_changes (snapshot, gitlab_schema, before, after, here)
    VALUES (pg_current_snapshot(), coalesce(NEW.gitlab_schema, OLD.gitlab_schema), OLD, NEW, audit.here());
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_owner_changed AFTER INSERT OR UPDATE OR DELETE ON bbm.schema_ownership
    FOR EACH ROW EXECUTE FUNCTION audit.owner_changed();
INSERT INTO audit.owner_changes (snapshot, gitlab_schema, after, here)
SELECT pg_current_snapshot(), o.gitlab_schema, o, audit.here() FROM bbm.schema_ownership AS o;

CREATE FUNCTION audit.decided() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO audit.decisions (failover_id, before, after) VALUES (NEW.id, OLD.decision, NEW.decision);
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_decided AFTER INSERT OR UPDATE ON bbm.failovers
    FOR EACH ROW EXECUTE FUNCTION audit.decided();

CREATE FUNCTION audit.moved() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO audit.moves (uid, table_name, job_id, before, after, epoch, here)
    SELECT m.uid, m.table_name, NEW.id, OLD.cursor, NEW.cursor, NEW.epoch, audit.here()
      FROM bbm.batched_background_migrations AS m
     WHERE m.id = NEW.batched_background_migration_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_moved AFTER UPDATE OF cursor ON bbm.batched_background_migration_jobs
    FOR EACH ROW WHEN (OLD.cursor IS DISTINCT FROM NEW.cursor) EXECUTE FUNCTION audit.moved();

CREATE FUNCTION audit.written() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO audit.writes (table_name, here) VALUES (TG_TABLE_NAME, audit.here());
    RETURN NULL;
END
$$;

CREATE FUNCTION audit.state_changed() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO audit.states (uid, table_name, before, after) VALUES (NEW.uid, NEW.table_name, OLD.status, NEW.status);
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_state_changed AFTER INSERT OR UPDATE OF status ON bbm.batched_background_migrations
    FOR EACH ROW EXECUTE FUNCTION audit.state_changed();

-- What the last change of the owner row that a transaction came after has made of it.
CREATE FUNCTION audit.owner_for(p_schema text, p_xid xid8) RETURNS bbm.schema_ownership LANGUAGE sql STABLE AS
$$
SELECT c.after
  FROM audit.owner_changes AS c
 WHERE c.gitlab_schema = p_schema AND NOT pg_visible_in_snapshot(p_xid, c.snapshot)
 ORDER BY c.id DESC
 LIMIT 1
$$;

-- A cursor of the counted tables as a number: [] lies before every id.
CREATE FUNCTION audit.key(p_cursor jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce((p_cursor->>0)::bigint, 0) $$;

-- The schemas of the tables, each looked up once.
CREATE VIEW audit.table_schemas AS
SELECT m.table_name, bbm.schema_of_table(m.table_name) AS gitlab_schema
  FROM (SELECT DISTINCT t.table_name FROM audit.writes AS t UNION SELECT t.table_name FROM audit.states AS t) AS m;

-- The timeline that this server writes on; 0 on a standby. Volatile, since the planner would try a stable one.
CREATE FUNCTION audit.current_timeline() RETURNS integer LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    RETURN CASE WHEN pg_is_in_recovery() THEN 0 ELSE bbm.current_timeline() END;
END
$$;

-- The same with all that it descends from.
CREATE FUNCTION audit.lineage() RETURNS SETOF integer LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    now_on integer := audit.current_timeline();
BEGIN
    RETURN NEXT now_on;
    IF now_on > 1 THEN
        RETURN QUERY
        SELECT split_part(h.line, chr(9), 1)::integer
          FROM string_to_table(pg_read_file(format('pg_wal/%s.history', lpad(upper(to_hex(now_on)), 8, '0'))), chr(10)) AS h (line)
         WHERE h.line ~ '^[0-9]+\t';
    END IF;
END
$$;
