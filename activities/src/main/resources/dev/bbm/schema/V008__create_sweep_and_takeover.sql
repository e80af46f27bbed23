-- What workers do beside slices: announce changed rows to their workflows, and follow an ordinary promotion.

-- Claims rows of which the workflow must hear: changed since it was last told, or unfinished and not seen for 60 s
-- (jittered, so that many do not come due together). SKIP LOCKED: workers share the work. A claimed row counts as told;
-- whoever then cannot reach Temporal says so by unannounce.
CREATE FUNCTION bbm.sweep(p_schemas text[], p_database text DEFAULT NULL, p_limit integer DEFAULT 100)
RETURNS TABLE (
    id bigint, uid uuid, gitlab_schema text, job_class_name text, table_name text, column_name text,
    status smallint, revision bigint, epoch bigint
)
LANGUAGE plpgsql VOLATILE AS
$$
#variable_conflict use_column
DECLARE
    swept text;
BEGIN
    FOR swept IN SELECT s FROM unnest(p_schemas) AS s ORDER BY s LOOP
        PERFORM bbm.gate(swept, p_database, p_draining_too => true);
    END LOOP;
    RETURN QUERY
    UPDATE bbm.batched_background_migrations AS u
       SET announced_revision = u.revision, workflow_seen_at = clock_timestamp()
      FROM (SELECT w.id, o.epoch
              FROM bbm.batched_background_migrations AS w
              JOIN bbm.schema_ownership AS o ON o.gitlab_schema = w.gitlab_schema AND o.state = 'ACTIVE'
             WHERE w.gitlab_schema = ANY (p_schemas)
               AND w.status NOT IN (7, 8, 9)
               AND (w.revision > w.announced_revision
                    OR w.status IN (0, 1, 5)
                       AND coalesce(w.workflow_seen_at, '-infinity')
                           < clock_timestamp() - interval '60 seconds' - random() * interval '10 seconds')
             ORDER BY w.id
             LIMIT p_limit
               FOR UPDATE OF w SKIP LOCKED) AS due
     WHERE u.id = due.id
    RETURNING u.id, u.uid, u.gitlab_schema, u.job_class_name, u.table_name, u.column_name, u.status, u.revision, due.epoch;
END
$$;

-- Temporal could not be told: the next sweep tries again.
CREATE FUNCTION bbm.unannounce(p_ids bigint[]) RETURNS void
LANGUAGE sql VOLATILE AS
$$
UPDATE bbm.batched_background_migrations AS u
   SET announced_revision = u.revision - 1
 WHERE u.id = ANY (p_ids)
$$;

-- After an ordinary promotion: the schemas of this database that were valid on another timeline take the current one with
-- a new epoch. Refused while the journal shows an undecided failover. Returns the schemas taken over.
CREATE FUNCTION bbm.take_over_timeline(p_database text, p_by text) RETURNS text[]
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    wanted text[];
    taken  text[];
    t      text;
BEGIN
    SELECT array_agg(o.gitlab_schema ORDER BY o.gitlab_schema) INTO wanted
      FROM bbm.schema_ownership AS o
     WHERE o.owner_database IN (p_database, '*') AND o.state = 'ACTIVE'
       AND o.timeline <> 0 AND o.timeline <> bbm.current_timeline();
    IF wanted IS NULL THEN
        RETURN '{}';
    END IF;
    PERFORM bbm.lock_ownership_keys(wanted);
    IF EXISTS (SELECT FROM bbm.failovers AS f WHERE f.decision IS NULL) THEN
        RAISE EXCEPTION 'database "%" changed its timeline in the middle of a failover', p_database
            USING ERRCODE = 'BM001', HINT = './bbm failover resume';
    END IF;
    WITH moved AS (
        UPDATE bbm.schema_ownership AS u
           SET timeline = bbm.current_timeline(), epoch = u.epoch + 1
         WHERE u.gitlab_schema = ANY (wanted) AND u.state = 'ACTIVE' AND u.timeline <> bbm.current_timeline()
        RETURNING u.gitlab_schema
    )
    SELECT coalesce(array_agg(moved.gitlab_schema ORDER BY moved.gitlab_schema), '{}') INTO taken FROM moved;
    FOREACH t IN ARRAY taken LOOP
        PERFORM bbm.record_event(NULL, t, 'takeover', p_by, format('database "%s" was promoted', p_database), bbm.current_timeline());
    END LOOP;
    RETURN taken;
END
$$;
