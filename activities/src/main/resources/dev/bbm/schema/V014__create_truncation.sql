-- Truncating legacy tables: the copies that a place keeps of tables whose gitlab_schema lives elsewhere.

-- How they would be truncated, in stages of at least p_min_batch_size tables: referencing tables before referenced ones,
-- circles of foreign keys together. PostgreSQL truncates a table only together with all that reference it, be they empty:
-- so each stage names those of earlier stages again that reach its own tables. A partitioned table stands for its partitions.
-- Raises unless every table is locked for writes and none from outside references one of them.
-- tables: of this stage; relations: all that its statement names.
CREATE FUNCTION bbm.truncation_plan(p_configured jsonb, p_until_table text DEFAULT NULL, p_min_batch_size integer DEFAULT 5)
RETURNS TABLE (stage integer, tables text[], gitlab_schemas text[], relations oid[], bytes bigint, statements text)
LANGUAGE plpgsql STABLE AS
$$
#variable_conflict use_column
DECLARE
    legacy  oid[];
    until   oid;
    problem record;
    a_group record;
    own     oid[] := '{}';
    named   oid[] := '{}';
    ended   boolean := false;
BEGIN
    PERFORM bbm.refuse_in_failover();
    IF p_min_batch_size < 1 THEN
        RAISE EXCEPTION 'min_batch_size must be at least 1, not %', p_min_batch_size USING ERRCODE = 'BM106', HINT = 'leave it out for 5';
    END IF;
    SELECT array_agg(DISTINCT l.root) INTO legacy FROM bbm.write_locks(p_configured) AS l WHERE l.home = 'elsewhere';
    IF p_until_table IS NOT NULL THEN
        SELECT l.root INTO until FROM bbm.write_locks(p_configured) AS l
         WHERE l.home = 'elsewhere' AND p_until_table IN (l.table_name, l.table_schema || '.' || l.table_name);
        IF until IS NULL THEN
            RAISE EXCEPTION 'table "%" is no legacy table of this database', p_until_table
                USING ERRCODE = 'BM101', HINT = 'see them by ./bbm db truncate-legacy-tables --dry-run';
        END IF;
    END IF;
    SELECT count(*) AS unlocked, (array_agg(l.table_name ORDER BY l.table_schema, l.table_name))[1] AS first INTO problem
      FROM bbm.write_locks(p_configured) AS l
     WHERE l.home = 'elsewhere' AND NOT l.locked;
    IF problem.unlocked > 0 THEN
        RAISE EXCEPTION 'table "%"% not locked for writes', problem.first,
            CASE WHEN problem.unlocked = 1 THEN ' is' ELSE format(' and %s more are', problem.unlocked - 1) END
            USING ERRCODE = 'BM131', HINT = './bbm db lock-writes';
    END IF;
    SELECT k.conname, f.relname AS outside, t.relname AS inside INTO problem
      FROM pg_catalog.pg_constraint AS k
      JOIN pg_catalog.pg_class AS f ON f.oid = coalesce(pg_catalog.pg_partition_root(k.conrelid), k.conrelid)
      JOIN pg_catalog.pg_class AS t ON t.oid = coalesce(pg_catalog.pg_partition_root(k.confrelid), k.confrelid)
     WHERE k.contype = 'f' AND t.oid = ANY (legacy) AND f.oid <> ALL (legacy)
     ORDER BY t.relname, f.relname, k.conname
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'table "%", which is no legacy table, references "%"', problem.outside, problem.inside
            USING ERRCODE = 'BM132', HINT = format('drop its foreign key "%s" first', problem.conname);
    END IF;

    FOR a_group IN
        WITH RECURSIVE reference AS (
            SELECT DISTINCT coalesce(pg_catalog.pg_partition_root(k.conrelid), k.conrelid) AS source,
                   coalesce(pg_catalog.pg_partition_root(k.confrelid), k.confrelid) AS target
              FROM pg_catalog.pg_constraint AS k
             WHERE k.contype = 'f'
        ), reach AS (
            SELECT l AS source, l AS target FROM unnest(legacy) AS l
             UNION
            SELECT r.source, e.target FROM reach AS r JOIN reference AS e ON e.source = r.target
        ), circle AS (
            -- Tables that reach each other, known by the lowest of them.
            SELECT r.source AS relation, min(r.target) AS circle
              FROM reach AS r
              JOIN reach AS back ON back.source = r.target AND back.target = r.source
             GROUP BY r.source
        )
        -- Who references another is reached by fewer tables than that other.
        SELECT g.members, g.with_references
          FROM (SELECT c.circle, array_agg(DISTINCT c.relation) AS members, array_agg(DISTINCT r.source) AS with_references
                  FROM circle AS c
                  JOIN reach AS r ON r.target = c.relation
                 GROUP BY c.circle) AS g
          JOIN pg_catalog.pg_class AS first ON first.oid = g.circle
         ORDER BY cardinality(g.with_references), first.relname, g.circle
    LOOP
        own := own || a_group.members;
        named := named || a_group.with_references;
        ended := until = ANY (a_group.members);
        IF cardinality(own) >= p_min_batch_size OR ended THEN
            stage := coalesce(stage, 0) + 1;
            RETURN QUERY SELECT stage, s.* FROM bbm.truncation_stage(own, named) AS s;
            own := '{}';
            named := '{}';
        END IF;
        EXIT WHEN ended;
    END LOOP;
    IF cardinality(own) > 0 THEN
        RETURN QUERY SELECT coalesce(stage, 0) + 1, s.* FROM bbm.truncation_stage(own, named) AS s;
    END IF;
END
$$;

-- As TRUNCATE wants it: a partitioned table with its partitions, any other without tables that inherit from it.
CREATE FUNCTION bbm.truncated_name(p_relation oid) RETURNS text
LANGUAGE sql STABLE AS
$$
SELECT CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.oid = p_relation
$$;

-- One stage as a person could run it.
CREATE FUNCTION bbm.truncation_stage(
    p_own oid[], p_named oid[], OUT tables text[], OUT gitlab_schemas text[], OUT relations oid[], OUT bytes bigint, OUT statements text
)
LANGUAGE sql STABLE AS
$$
WITH named AS (
    SELECT DISTINCT c.oid, c.oid = ANY (p_own) AS own, c.relname, format('%I.%I', n.nspname, c.relname) AS name,
           bbm.truncated_name(c.oid) AS truncated
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.oid = ANY (p_named)
), parts AS (
    SELECT n.own, p.oid, p.relname
      FROM named AS n
     CROSS JOIN LATERAL (SELECT n.oid UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(n.oid) AS t) AS m (oid)
      JOIN pg_catalog.pg_class AS p ON p.oid = m.oid
)
SELECT (SELECT array_agg(n.name ORDER BY n.name) FROM named AS n WHERE n.own),
       (SELECT array_agg(DISTINCT s.name ORDER BY s.name) FROM named AS n CROSS JOIN LATERAL bbm.schema_of_table(n.relname) AS s (name)
         WHERE n.own AND s.name IS NOT NULL),
       (SELECT array_agg(n.oid ORDER BY n.name) FROM named AS n),
       (SELECT coalesce(sum(pg_catalog.pg_relation_size(p.oid)), 0)::bigint FROM parts AS p WHERE p.own),
       format(E'BEGIN;\n%s\nTRUNCATE TABLE %s RESTRICT;\nCOMMIT;',
              (SELECT string_agg(format('SELECT set_config(%L, ''false'', true);', s.name), E'\n' ORDER BY s.name)
                 FROM (SELECT DISTINCT bbm.write_lock_setting(p.relname) FROM parts AS p) AS s (name)),
              (SELECT string_agg(n.truncated, ', ' ORDER BY n.name) FROM named AS n))
$$;

-- Truncates the tables of one stage in the caller's transaction. They are checked under TRUNCATE's own ACCESS EXCLUSIVE
-- locks, when nobody can unlock or write them any more: the error then rolls it back.
CREATE FUNCTION bbm.truncate_stage(p_configured jsonb, p_relations oid[], p_patience interval) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    wrong text;
BEGIN
    PERFORM bbm.refuse_in_failover();
    PERFORM set_config('lock_timeout', ceil(extract(epoch FROM p_patience) * 1000) || 'ms', true);
    PERFORM set_config(bbm.write_lock_setting(l.table_name), 'false', true)
       FROM bbm.write_locks(p_configured) AS l
      WHERE l.root = ANY (p_relations);
    EXECUTE format('TRUNCATE TABLE %s RESTRICT', (SELECT string_agg(bbm.truncated_name(r), ', ' ORDER BY r) FROM unnest(p_relations) AS r));
    SELECT min(l.table_name) INTO wrong
      FROM bbm.write_locks(p_configured) AS l
     WHERE l.root = ANY (p_relations) AND (l.home <> 'elsewhere' OR NOT l.locked);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" was unlocked or moved meanwhile', wrong USING ERRCODE = 'BM131', HINT = './bbm db lock-writes';
    END IF;
END
$$;
