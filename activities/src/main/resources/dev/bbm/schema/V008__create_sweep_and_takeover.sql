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

-- Of the names that lead to this place, the first: the one that gives ids, if it owns anything here. It runs the shared
-- schemas, so that a place runs them once before a failover, and each of two places once after it.
CREATE FUNCTION bbm.first_name_here() RETURNS text
LANGUAGE sql STABLE AS
$$
SELECT coalesce(
           (SELECT o.owner_database
              FROM bbm.schema_ownership AS o
              JOIN bbm.database_identity AS i ON i.place = o.place
             WHERE o.state = 'ACTIVE' AND o.owner_database <> '*'
             ORDER BY (o.owner_database = i.database_name AND i.names_ids) DESC, o.owner_database
             LIMIT 1),
           (SELECT i.database_name FROM bbm.database_identity AS i ORDER BY i.names_ids DESC, i.database_name LIMIT 1))
$$;

-- The schemas of a database that were valid on another timeline than this server's, in name order.
CREATE FUNCTION bbm.promoted_schemas(p_database text) RETURNS text[]
LANGUAGE sql VOLATILE AS
$$
SELECT coalesce(array_agg(o.gitlab_schema ORDER BY o.gitlab_schema), '{}')
  FROM bbm.schema_ownership AS o
 WHERE o.owner_database IN (p_database, '*') AND o.state = 'ACTIVE'
   AND o.timeline <> 0 AND o.timeline <> bbm.current_timeline()
$$;

-- Tells people why nothing runs after a promotion; once per reason, however many workers say it each second.
CREATE FUNCTION bbm.note_takeover_wait(p_database text, p_by text, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM pg_advisory_xact_lock(7772, hashtext(p_database));
    PERFORM bbm.record_event(NULL, waiting, 'takeover waits', p_by, p_reason, bbm.current_timeline())
       FROM unnest(bbm.promoted_schemas(p_database)) AS waiting
      WHERE p_reason IS DISTINCT FROM (
                SELECT e.reason
                  FROM bbm.migration_events AS e
                 WHERE e.gitlab_schema = waiting AND e.kind IN ('takeover waits', 'takeover')
                       AND e.number = bbm.current_timeline()
                 ORDER BY e.id DESC
                 LIMIT 1);
END
$$;

-- Why a schema is not taken over yet; NULL when nobody has said it.
CREATE FUNCTION bbm.takeover_wait(p_schema text) RETURNS text
LANGUAGE sql STABLE AS
$$
SELECT e.reason
  FROM bbm.migration_events AS e
 WHERE e.gitlab_schema = p_schema AND e.kind = 'takeover waits' AND e.number = bbm.current_timeline()
 ORDER BY e.id DESC
 LIMIT 1
$$;

-- Tells people why nobody may work for a database here; once per reason.
CREATE FUNCTION bbm.note_alarm(p_database text, p_by text, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    PERFORM pg_advisory_xact_lock(7772, hashtext(p_database));
    PERFORM bbm.record_event(NULL, o.gitlab_schema, 'alarm', p_by, p_reason)
       FROM bbm.schema_ownership AS o
      WHERE o.owner_database = p_database
        AND p_reason IS DISTINCT FROM (
                SELECT e.reason
                  FROM bbm.migration_events AS e
                 WHERE e.gitlab_schema = o.gitlab_schema AND e.kind = 'alarm' AND e.created_at > clock_timestamp() - interval '1 hour'
                 ORDER BY e.id DESC
                 LIMIT 1)
      ORDER BY o.gitlab_schema;
END
$$;

-- A schema moved away by a failover whose decision is lost here with the tail of the WAL: its row says RETIRED again, and
-- its unfinished migrations go on at the new place only. By the dictionary: the labels may be lost as well.
CREATE FUNCTION bbm.retire_again(p_schemas text[], p_by text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    retired text;
BEGIN
    UPDATE bbm.schema_ownership AS u
       SET state = 'RETIRED', timeline = bbm.current_timeline(), epoch = u.epoch + 1, drain_until = NULL
     WHERE u.gitlab_schema = ANY (p_schemas);
    UPDATE bbm.batched_background_migrations AS u
       SET status = 7, status_before_failover = u.status, revision = u.revision + 1
     WHERE bbm.schema_of_table(u.table_name) = ANY (p_schemas) AND u.status IN (0, 1, 4, 5);
    FOREACH retired IN ARRAY p_schemas LOOP
        PERFORM bbm.record_event(NULL, retired, 'retired again', p_by,
                                 'another place owns it; the decision was lost with the tail of the WAL', bbm.current_timeline());
    END LOOP;
END
$$;

-- The schemas of this database that were valid on another timeline take the current one with a new epoch, but those that
-- another place owns by now (p_moved, of whichever name), which are retired. Refused while the journal shows an undecided
-- failover. Returns those taken over.
CREATE FUNCTION bbm.take_over_timeline(p_database text, p_by text, p_moved text[] DEFAULT '{}') RETURNS text[]
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    wanted text[] := bbm.promoted_schemas(p_database);
    taken  text[];
    t      text;
BEGIN
    IF wanted = '{}' THEN
        RETURN wanted;
    END IF;
    PERFORM bbm.lock_ownership_keys(wanted || p_moved);
    IF EXISTS (SELECT FROM bbm.failovers AS f WHERE f.decision IS NULL) THEN
        RAISE EXCEPTION 'database "%" changed its timeline in the middle of a failover', p_database
            USING ERRCODE = 'BM001', HINT = './bbm failover resume';
    END IF;
    PERFORM bbm.retire_again(ARRAY(SELECT o.gitlab_schema
                                     FROM bbm.schema_ownership AS o
                                    WHERE o.gitlab_schema = ANY (p_moved) AND o.state = 'ACTIVE'
                                          AND o.timeline <> bbm.current_timeline()
                                    ORDER BY o.gitlab_schema), p_by);
    wanted := bbm.promoted_schemas(p_database); -- read again under the keys: another worker may have been first
    WITH moved AS (
        UPDATE bbm.schema_ownership AS u
           SET timeline = bbm.current_timeline(), epoch = u.epoch + 1
         WHERE u.gitlab_schema = ANY (wanted)
        RETURNING u.gitlab_schema
    )
    SELECT coalesce(array_agg(moved.gitlab_schema ORDER BY moved.gitlab_schema), '{}') INTO taken FROM moved;
    FOREACH t IN ARRAY taken LOOP
        PERFORM bbm.record_event(NULL, t, 'takeover', p_by, format('database "%s" was promoted', p_database), bbm.current_timeline());
    END LOOP;
    RETURN taken;
END
$$;
