-- THE GUARD: which tables this transaction really used, by the relation locks that this backend holds. No parser can tell that
-- of functions, triggers and views.

-- Ordinary and foreign tables of the application with the strongest use: write, lock (SELECT … FOR, foreign key checks), read.
CREATE FUNCTION bbm.touched_tables() RETURNS TABLE (relation oid, table_schema text, table_name text, use text)
LANGUAGE sql VOLATILE AS
$$
SELECT c.oid, n.nspname::text, c.relname::text,
       CASE WHEN bool_or(NOT l.modes <@ '{AccessShareLock,RowShareLock}') THEN 'write'
            WHEN bool_or('RowShareLock' = ANY (l.modes)) THEN 'lock'
            ELSE 'read' END
  FROM bbm.locked_relations() AS l
  JOIN pg_catalog.pg_class AS c ON c.oid = l.root
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname <> 'bbm'
 GROUP BY c.oid, n.nspname, c.relname
$$;

-- A foreign key check locks rows of the other end; that is no use by the job class.
CREATE FUNCTION bbm.is_foreign_key_partner(p_relation oid, p_schema text) RETURNS boolean
LANGUAGE sql STABLE AS
$$
SELECT EXISTS (
    SELECT
      FROM pg_catalog.pg_constraint AS k
     WHERE k.contype = 'f'
       AND ((k.confrelid = p_relation AND bbm.schema_of_table((SELECT c.relname FROM pg_catalog.pg_class AS c WHERE c.oid = k.conrelid)::text) = p_schema)
            OR (k.conrelid = p_relation AND bbm.schema_of_table((SELECT c.relname FROM pg_catalog.pg_class AS c WHERE c.oid = k.confrelid)::text) = p_schema)))
$$;

-- Raises when this transaction used a table outside p_own. Allowed beside it: gitlab_shared and gitlab_internal; reads of a
-- schema that the job class declares in "touches" and that is ACTIVE here; foreign key checks.
CREATE FUNCTION bbm.guard_transaction(p_class text, p_own text, p_touches text[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    foreign_one record;
BEGIN
    SELECT t.*, s.gitlab_schema
      INTO foreign_one
      FROM bbm.touched_tables() AS t
     CROSS JOIN LATERAL (SELECT bbm.schema_of_table(t.table_name) AS gitlab_schema) AS s
     WHERE s.gitlab_schema IS DISTINCT FROM p_own
       AND NOT coalesce(bbm.is_everywhere(s.gitlab_schema), false)
       AND NOT (t.use = 'read' AND p_touches && ARRAY[s.gitlab_schema || ' read', s.gitlab_schema || ' write']
                AND EXISTS (SELECT FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = s.gitlab_schema AND o.state = 'ACTIVE'))
       AND NOT (t.use = 'lock' AND bbm.is_foreign_key_partner(t.relation, p_own))
     ORDER BY t.use = 'write' DESC, t.table_name
     LIMIT 1;
    IF foreign_one.table_name IS NOT NULL THEN
        RAISE EXCEPTION 'job class % % table "%" of %, but its migration belongs to % in database "%"',
            p_class, CASE foreign_one.use WHEN 'write' THEN 'wrote' WHEN 'lock' THEN 'locked rows of' ELSE 'read' END,
            foreign_one.table_name, coalesce(foreign_one.gitlab_schema, 'no gitlab_schema'), p_own,
            (SELECT i.database_name FROM bbm.database_identity AS i ORDER BY i.names_ids DESC, i.database_name LIMIT 1)
            USING ERRCODE = 'BM108',
                  HINT = CASE
                      WHEN foreign_one.gitlab_schema IS NULL THEN format('classify "%s" in the dictionary, then run ./bbm init', foreign_one.table_name)
                      WHEN foreign_one.use = 'read' THEN format('declare "touches: %s read" in the job class', foreign_one.gitlab_schema)
                      ELSE format('move that statement, or the trigger or function behind it, into a migration of %s', foreign_one.gitlab_schema)
                  END;
    END IF;
END
$$;

-- The same for the sub-batch of a job.
CREATE FUNCTION bbm.guard_tables(p_job bigint) RETURNS void
LANGUAGE sql VOLATILE AS
$$
SELECT bbm.guard_transaction(m.job_class_name, bbm.schema_of_table(m.table_name), coalesce(c.touches, '{}'))
  FROM bbm.batched_background_migration_jobs AS j
  JOIN bbm.batched_background_migrations AS m ON m.id = j.batched_background_migration_id
  LEFT JOIN bbm.job_classes AS c ON c.name = m.job_class_name
 WHERE j.id = p_job
$$;
