-- A rollback with logical replication of the operator's own, by which the changes of the copy come back to the source: it may be
-- used only where the progress of the migrations comes with the data, in the same transactions.

-- What must come back together: the progress of the migrations, and every table of the schemas.
CREATE FUNCTION bbm.reverse_relations(p_schemas text[]) RETURNS TABLE (relation oid, name text, tracking boolean)
LANGUAGE sql STABLE AS
$$
SELECT t.name::regclass::oid, t.name, true
  FROM (VALUES ('bbm.batched_background_migrations'), ('bbm.batched_background_migration_jobs')) AS t (name)
 UNION ALL
SELECT l.relation, l.table_schema || '.' || l.table_name, false
  FROM bbm.write_locks('{}') AS l
  JOIN pg_catalog.pg_class AS c ON c.oid = l.relation AND c.relkind = 'r'
 WHERE l.gitlab_schema = ANY (p_schemas)
$$;

-- Subscriptions of this database to any of these tables: after a failover nothing else can write them here.
CREATE FUNCTION bbm.reverse_subscriptions(p_schemas text[])
RETURNS TABLE (name text, enabled boolean, slot text, publications text[], may_alter boolean, running boolean)
LANGUAGE sql STABLE AS
$$
SELECT s.subname::text, s.subenabled, s.subslotname::text, s.subpublications, pg_has_role(s.subowner, 'USAGE'),
       EXISTS (SELECT FROM pg_catalog.pg_stat_subscription AS a WHERE a.subid = s.oid AND a.pid IS NOT NULL)
  FROM pg_catalog.pg_subscription AS s
 WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
   AND EXISTS (SELECT FROM pg_catalog.pg_subscription_rel AS r
                 JOIN bbm.reverse_relations(p_schemas) AS t
                   ON r.srrelid = t.relation OR r.srrelid IN (SELECT a.relid FROM pg_partition_ancestors(t.relation) AS a)
                WHERE r.srsubid = s.oid)
 ORDER BY 1
$$;

-- On the source: which of the tables do not come by this subscription, each a sentence.
CREATE FUNCTION bbm.missing_in_subscription(p_subscription text, p_schemas text[]) RETURNS SETOF text
LANGUAGE sql STABLE AS
$$
SELECT format('table %s is not in subscription "%s", or is being copied', t.name, p_subscription)
  FROM bbm.reverse_relations(p_schemas) AS t
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_subscription AS s
                     JOIN pg_catalog.pg_subscription_rel AS r ON r.srsubid = s.oid AND r.srsubstate = 'r'
                    WHERE s.subname = p_subscription
                      AND (r.srrelid = t.relation OR r.srrelid IN (SELECT a.relid FROM pg_partition_ancestors(t.relation) AS a)))
 ORDER BY NOT t.tracking, t.name
$$;

-- On the copy: what these publications leave out of it, or send too much, each a sentence.
CREATE FUNCTION bbm.missing_in_publications(p_publications text[], p_schemas text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    t      record;
    wanted text;
    less   boolean;
    more   boolean;
BEGIN
    RETURN QUERY
    SELECT format('publication "%s" leaves out inserts, updates or deletes', p.pubname)
      FROM pg_catalog.pg_publication AS p
     WHERE p.pubname = ANY (p_publications) AND NOT (p.pubinsert AND p.pubupdate AND p.pubdelete)
     ORDER BY 1;
    -- Row filters and column lists came with PostgreSQL 15.
    FOR t IN
        SELECT r.name, r.tracking, bool_or(p.pubname IS NOT NULL) AS published,
               bool_and(coalesce(to_jsonb(p) ->> 'rowfilter', '') = '') AS whole,
               string_agg('(' || coalesce(to_jsonb(p) ->> 'rowfilter', 'true') || ')', ' OR ') AS filter,
               bool_and(coalesce(jsonb_array_length(CASE jsonb_typeof(to_jsonb(p) -> 'attnames') WHEN 'array' THEN to_jsonb(p) -> 'attnames' END)
                                     = (SELECT count(*) FROM pg_catalog.pg_attribute AS a
                                         WHERE a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped), true)) AS all_columns
          FROM bbm.reverse_relations(p_schemas) AS r
          LEFT JOIN pg_catalog.pg_publication_tables AS p
            ON p.pubname = ANY (p_publications)
           AND (format('%I.%I', p.schemaname, p.tablename)::regclass = r.relation
                OR format('%I.%I', p.schemaname, p.tablename)::regclass IN (SELECT a.relid FROM pg_partition_ancestors(r.relation) AS a))
         GROUP BY r.name, r.tracking
         ORDER BY NOT r.tracking, r.name
    LOOP
        IF NOT t.published THEN
            RETURN NEXT format('table %s is not in publication "%s"', t.name, array_to_string(p_publications, '", "'));
        ELSIF NOT t.all_columns THEN
            RETURN NEXT format('columns of %s are not published', t.name);
        ELSIF NOT t.tracking AND NOT t.whole THEN
            RETURN NEXT format('rows of %s are not published', t.name);
        ELSIF t.tracking THEN
            -- Over the rows that are there, and one of each schema that may come.
            EXECUTE format(
                'SELECT coalesce(bool_or(NOT p.sent AND p.moved), false), coalesce(bool_or(p.sent AND NOT p.moved), false)
                   FROM (SELECT coalesce(%1$s, false) AS sent, gitlab_schema = ANY ($1) AS moved
                           FROM (SELECT * FROM %2$s
                                  UNION ALL
                                 SELECT (jsonb_populate_record(NULL::%2$s, jsonb_build_object(''gitlab_schema'', o.gitlab_schema))).*
                                   FROM bbm.schema_ownership AS o) AS rows) AS p',
                t.filter, t.name) INTO less, more USING p_schemas;
            SELECT string_agg(quote_literal(s.name), ', ' ORDER BY s.name) INTO wanted FROM unnest(p_schemas) AS s (name);
            IF less OR more THEN
                RETURN NEXT format('%s must be published WHERE (gitlab_schema IN (%s))', t.name, wanted);
            END IF;
        END IF;
    END LOOP;
END
$$;

-- On the copy: whether the subscription has confirmed all that is on disk here; null where its slot is not here.
CREATE FUNCTION bbm.slot_has_confirmed(p_slot text, p_position pg_lsn) RETURNS boolean
LANGUAGE sql STABLE AS
$$
SELECT s.confirmed_flush_lsn >= p_position
  FROM pg_catalog.pg_replication_slots AS s
 WHERE s.slot_name = p_slot AND s.slot_type = 'logical' AND s.database = current_database()
$$;

-- On the source, when the last change has come: no later one comes, and the journal knows that progress came back.
CREATE FUNCTION bbm.stop_subscription(p_failover uuid, p_subscription text) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', p_subscription);
    UPDATE bbm.failovers AS f SET reverse_subscription = p_subscription WHERE f.id = p_failover;
END
$$;

-- A row that comes back by a subscription while its schema lives elsewhere stays set aside here; what it says is kept.
CREATE FUNCTION bbm.keep_transferred() RETURNS trigger
LANGUAGE plpgsql AS
$$
DECLARE
    away uuid := (SELECT o.failover_id FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = NEW.gitlab_schema AND o.state = 'RETIRED');
BEGIN
    IF away IS NOT NULL AND NEW.status NOT IN (7, 8, 9) THEN
        NEW.status_before_failover := NEW.status;
        NEW.status := 7;
        NEW.failover_id := away;
        NEW.hold_reason := NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER batched_background_migrations_keep_transferred
    BEFORE INSERT OR UPDATE ON bbm.batched_background_migrations
    FOR EACH ROW EXECUTE FUNCTION bbm.keep_transferred();
ALTER TABLE bbm.batched_background_migrations ENABLE REPLICA TRIGGER batched_background_migrations_keep_transferred;
