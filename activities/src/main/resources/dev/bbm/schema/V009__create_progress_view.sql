-- A migration with the sums of its jobs, as the CLI, the workflow and the Web UI show it; for psql as well.

-- A cursor's place in an integer key range; NULL for other keys and for [].
CREATE FUNCTION bbm.position_of(p_cursor jsonb, p_types text[]) RETURNS numeric
LANGUAGE sql IMMUTABLE AS
$$
SELECT CASE WHEN cardinality(p_types) = 1 AND p_types[1] IN ('smallint', 'integer', 'bigint') THEN (p_cursor->>0)::numeric END
$$;

CREATE VIEW bbm.migration_progress AS
SELECT m.id AS number,
       bbm.display_id(m.id) AS id,
       m.uid::text AS uid,
       m.gitlab_schema,
       CASE o.owner_database WHEN '*' THEN regexp_replace(bbm.display_id(m.id), '_[0-9]+$', '') ELSE coalesce(o.owner_database, '?') END AS owner_database,
       coalesce(o.epoch, 0) AS epoch,
       m.revision,
       m.status,
       m.job_class_name,
       m.job_class_hash,
       m.table_name,
       m.column_name,
       m.job_arguments::text AS job_arguments,
       m.pacing,
       m."interval" AS interval_seconds,
       m.pause_ms,
       m.queued_migration_version,
       m.requested_by,
       m.created_at,
       CASE WHEN m.status IN (1, 5) THEN coalesce(blocked.reason, m.hold_reason) ELSE e.reason END AS reason,
       e.by,
       e.created_at AS since,
       coalesce(j.rows, 0) AS rows,
       m.total_tuple_count AS estimated_rows,
       CASE WHEN m.status IN (3, 6) THEN 100
            WHEN bbm.position_of(m.max_cursor, m.key_types) > bbm.position_of(m.min_cursor, m.key_types)
                THEN least(99, floor(100 * coalesce(j.keys, 0)
                                     / (bbm.position_of(m.max_cursor, m.key_types) - bbm.position_of(m.min_cursor, m.key_types))))
            WHEN m.total_tuple_count > 0 THEN least(99, floor(100.0 * coalesce(j.done, 0) / m.total_tuple_count))
       END::integer AS percent,
       j.rows_per_second,
       coalesce(j.furthest, m.min_cursor)::text AS cursor,
       m.lanes::integer AS lanes,
       m.batch_size,
       m.sub_batch_size,
       coalesce(j.failed, 0) AS failed_jobs,
       coalesce(j.retried, 0) AS retried_jobs,
       coalesce(j.claimed, 0) AS claimed_jobs,
       clock_timestamp() AS as_of,
       m.started_at,
       m.finished_at
  FROM bbm.batched_background_migrations AS m
  LEFT JOIN bbm.schema_ownership AS o ON o.gitlab_schema = m.gitlab_schema
 CROSS JOIN LATERAL (
        SELECT CASE WHEN o.state <> 'ACTIVE' THEN format('gitlab_schema %s is %s', m.gitlab_schema, o.state)
                    WHEN o.drain_until > clock_timestamp() THEN format('gitlab_schema %s is being drained', m.gitlab_schema)
                    WHEN pg_is_in_recovery() THEN 'this server is a standby'
                    WHEN o.timeline <> 0 AND o.timeline <> bbm.current_timeline()
                        THEN format('the server was promoted (timeline %s, row says %s): %s', bbm.current_timeline(), o.timeline,
                                    coalesce(bbm.takeover_wait(m.gitlab_schema), 'waits for takeover'))
               END AS reason) AS blocked
  LEFT JOIN LATERAL (
        SELECT sum(j.updated_tuples) AS rows,
               sum(bbm.position_of(j.cursor, m.key_types) - bbm.position_of(j.min_cursor, m.key_types)) AS keys,
               sum(j.batch_size) FILTER (WHERE j.status = 3) AS done,
               count(*) FILTER (WHERE j.status = 2) AS failed,
               count(*) FILTER (WHERE j.status = 3 AND j.attempts > 1) AS retried,
               count(*) FILTER (WHERE j.claim IS NOT NULL) AS claimed,
               (array_agg(j.cursor ORDER BY j.id DESC) FILTER (WHERE j.cursor <> j.min_cursor))[1] AS furthest,
               -- Only the part of each job that lies within the last five minutes.
               (sum(j.updated_tuples * extract(epoch FROM j.updated_at - greatest(j.started_at, clock_timestamp() - interval '5 minutes'))
                    / nullif(extract(epoch FROM j.updated_at - j.started_at), 0)) FILTER (WHERE j.updated_at > clock_timestamp() - interval '5 minutes')
                / nullif(extract(epoch FROM max(j.updated_at)
                                 - greatest(min(j.started_at) FILTER (WHERE j.updated_at > clock_timestamp() - interval '5 minutes'),
                                            clock_timestamp() - interval '5 minutes')), 0))::bigint AS rows_per_second
          FROM bbm.batched_background_migration_jobs AS j
         WHERE j.batched_background_migration_id = m.id) AS j ON true
  LEFT JOIN LATERAL (
        SELECT e.by, e.reason, e.created_at
          FROM bbm.migration_events AS e
         WHERE e.batched_background_migration_id = m.id
           AND e.kind = CASE WHEN m.status = 1 AND m.hold_reason IS NOT NULL THEN 'held' ELSE
                        CASE m.status WHEN 0 THEN 'paused' WHEN 3 THEN 'finished' WHEN 4 THEN 'failed' WHEN 6 THEN 'finalized' END END
         ORDER BY e.id DESC
         LIMIT 1) AS e ON true;
COMMENT ON VIEW bbm.migration_progress IS 'Each migration with the sums of its jobs and the reason for where it stands.';
