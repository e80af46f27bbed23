-- What a later release says of a queued migration: delete it, or be sure that it is finished.

-- Deletes a migration with its jobs and returns whether there was one. GitLab's helper: it may be running, its
-- sub-batch under way is then refused at its end.
CREATE FUNCTION bbm.delete_batched_background_migration(
    job_class_name text,
    table_name     text,
    column_name    text  DEFAULT NULL,
    job_arguments  jsonb DEFAULT '[]'
) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m bbm.batched_background_migrations;
BEGIN
    m := bbm.find_migration(job_class_name, table_name, column_name, job_arguments);
    IF m.id IS NULL THEN
        RAISE NOTICE 'no migration % on table "%" here: nothing to delete', job_class_name, table_name;
        RETURN false;
    END IF;
    PERFORM bbm.gate_to_queue(m.gitlab_schema);
    DELETE FROM bbm.batched_background_migrations AS d WHERE d.id = m.id;
    PERFORM bbm.record_event(NULL, m.gitlab_schema, 'deleted', NULL, format('%s %s on %s', bbm.display_id(m.id), m.job_class_name, m.table_name));
    RETURN true;
END
$$;

-- Marks a finished migration finalized, whose row the caller has locked; false when it was so before. Raises for any other.
CREATE FUNCTION bbm.mark_finalized(m bbm.batched_background_migrations, p_by text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
    IF m.status = 6 THEN
        RETURN false;
    END IF;
    IF m.status <> 3 THEN
        RAISE EXCEPTION 'Expected batched background migration for the given configuration to be marked as ''finished'', but it is ''%'': % % on table "%"',
            bbm.status_name(m.status), bbm.display_id(m.id), m.job_class_name, m.table_name
            USING ERRCODE = 'BM112', HINT = format('./bbm wait %s', bbm.display_id(m.id));
    END IF;
    UPDATE bbm.batched_background_migrations AS u
       SET status = 6, revision = u.revision + 1, updated_at = clock_timestamp()
     WHERE u.id = m.id;
    PERFORM bbm.record_event(m.id, m.gitlab_schema, 'finalized', p_by);
    RETURN true;
END
$$;

-- Raises unless the migration is finished, with the command to type; marks a finished one finalized. One that was
-- never queued is a notice, as in GitLab's helper.
CREATE FUNCTION bbm.ensure_batched_background_migration_is_finished(
    job_class_name text,
    table_name     text,
    column_name    text  DEFAULT NULL,
    job_arguments  jsonb DEFAULT '[]'
) RETURNS void
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    m bbm.batched_background_migrations;
BEGIN
    m := bbm.find_migration(job_class_name, table_name, column_name, job_arguments);
    IF m.id IS NULL THEN
        RAISE NOTICE 'no migration % on table "%" here: nothing to wait for', job_class_name, table_name;
        RETURN;
    END IF;
    PERFORM bbm.gate_to_queue(m.gitlab_schema);
    SELECT l.* INTO m FROM bbm.batched_background_migrations AS l WHERE l.id = m.id FOR UPDATE;
    PERFORM bbm.mark_finalized(m, NULL);
END
$$;
