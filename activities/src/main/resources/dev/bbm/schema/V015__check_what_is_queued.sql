-- What queueing refuses of a request before it looks at the table.

-- Raises unless the arguments fit the job class, with GitLab's sentence for a wrong number.
CREATE FUNCTION bbm.check_job_arguments(p_class bbm.job_classes, p_arguments jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS
$$
DECLARE
    argument record;
BEGIN
    IF p_arguments IS NULL OR jsonb_typeof(p_arguments) <> 'array' THEN
        RAISE EXCEPTION 'job_arguments must be a JSON array, not %', coalesce(p_arguments::text, 'NULL')
            USING ERRCODE = 'BM105', HINT = 'write it as ''["first", "second"]''';
    END IF;
    IF jsonb_array_length(p_arguments) <> jsonb_array_length(p_class.arguments) THEN
        RAISE EXCEPTION 'Wrong number of job arguments for % (given %, expected %)',
            p_class.name, jsonb_array_length(p_arguments), jsonb_array_length(p_class.arguments)
            USING ERRCODE = 'BM105', HINT = format('its arguments: %s', coalesce((
                SELECT string_agg(format('%s %s', a.value->>'name', a.value->>'type'), ', ' ORDER BY a.n)
                  FROM jsonb_array_elements(p_class.arguments) WITH ORDINALITY AS a (value, n)), 'none'));
    END IF;
    FOR argument IN
        SELECT d.value->>'name' AS name, d.value->>'type' AS type, g.value AS given
          FROM jsonb_array_elements(p_class.arguments) WITH ORDINALITY AS d (value, n)
          JOIN jsonb_array_elements(p_arguments) WITH ORDINALITY AS g (value, n) USING (n)
         ORDER BY n
    LOOP
        IF NOT (CASE argument.type
                   WHEN 'text' THEN jsonb_typeof(argument.given) = 'string'
                   WHEN 'identifier' THEN jsonb_typeof(argument.given) = 'string'
                        AND octet_length(argument.given #>> '{}') BETWEEN 1 AND 63
                        AND strpos(argument.given #>> '{}', '#{') = 0
                   WHEN 'boolean' THEN jsonb_typeof(argument.given) = 'boolean'
                   WHEN 'integer' THEN jsonb_typeof(argument.given) = 'number' AND argument.given::text ~ '^-?[0-9]{1,18}$'
                   WHEN 'numeric' THEN jsonb_typeof(argument.given) = 'number'
                   ELSE true
               END) THEN
            RAISE EXCEPTION 'job argument "%" of % must be of type %, not %', argument.name, p_class.name, argument.type, argument.given
                USING ERRCODE = 'BM105', HINT = 'give the arguments in the order of the job class''s header';
        END IF;
    END LOOP;
END
$$;

-- Says which option is out of its range, or nothing.
CREATE FUNCTION bbm.check_sizes(
    p_batch_size integer, p_sub_batch_size integer, p_max_batch_size integer, p_pause_ms integer, p_lanes integer, p_interval interval
) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS
$$
DECLARE
    refusal text := CASE
        WHEN p_sub_batch_size IS NULL OR p_sub_batch_size < 1 THEN format('sub_batch_size must be at least 1, not %s', coalesce(p_sub_batch_size::text, 'NULL'))
        WHEN p_batch_size IS NULL OR p_batch_size < p_sub_batch_size
            THEN format('sub_batch_size %s is larger than batch_size %s', p_sub_batch_size, coalesce(p_batch_size::text, 'NULL'))
        WHEN p_max_batch_size < p_batch_size THEN format('max_batch_size %s is smaller than batch_size %s', p_max_batch_size, p_batch_size)
        WHEN p_pause_ms IS NULL OR p_pause_ms NOT BETWEEN 0 AND 3600000 THEN format('pause_ms must be 0 to 3600000, not %s', coalesce(p_pause_ms::text, 'NULL'))
        WHEN p_lanes IS NULL OR p_lanes NOT BETWEEN 1 AND 32 THEN format('lanes must be 1 to 32, not %s', coalesce(p_lanes::text, 'NULL'))
        WHEN p_interval < interval '1 second' OR p_interval > interval '7 days' THEN format('job_interval must be 1 second to 7 days, not %s', p_interval)
    END;
BEGIN
    IF refusal IS NOT NULL THEN
        RAISE EXCEPTION '%', refusal USING ERRCODE = 'BM106', HINT = 'batch_size >= sub_batch_size >= 1';
    END IF;
END
$$;
