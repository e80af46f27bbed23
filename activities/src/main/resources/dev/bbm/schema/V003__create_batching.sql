-- How the bounds of batches and sub-batches are found: by key, through an index, n rows at a time.

CREATE TYPE bbm.batch_source AS (
    table_schema text,
    table_name   text,
    alias        text,
    key_columns  text[],
    key_types    text[],
    scope        text
);
COMMENT ON TYPE bbm.batch_source IS 'What a migration walks over: table, alias, key and scope.';

-- The key columns as a row of the table or alias: "t"."a", "t"."b".
CREATE FUNCTION bbm.key_list(p_qualifier text, p_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
SELECT string_agg(format('%I.%I', p_qualifier, c.name), ', ' ORDER BY c.n)
  FROM unnest(p_columns) WITH ORDINALITY AS c (name, n)
$$;

-- A cursor, given as parameter $n of the query, as a row of typed values: ($1->>0)::bigint, ($1->>1)::uuid.
CREATE FUNCTION bbm.cursor_list(p_parameter integer, p_types text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
SELECT string_agg(format('($%s->>%s)::%s', p_parameter, t.n - 1, t.type), ', ' ORDER BY t.n)
  FROM unnest(p_types) WITH ORDINALITY AS t (type, n)
$$;

-- The query for the n-th key after $1 and up to $2 ($3 = n - 1) as a cursor. to_jsonb writes times as ISO 8601 with
-- their offset, whatever DateStyle and TimeZone say.
CREATE FUNCTION bbm.bound_query(p_source bbm.batch_source, p_from_start boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
SELECT format(
    'SELECT jsonb_build_array(%s) FROM (SELECT %s FROM %I.%I AS %I WHERE %s (%s) <= (%s) %s ORDER BY %s OFFSET $3 LIMIT 1) AS bound',
    (SELECT string_agg(format('to_jsonb(bound.%I)#>>''{}''', c.name), ', ' ORDER BY c.n)
       FROM unnest(p_source.key_columns) WITH ORDINALITY AS c (name, n)),
    bbm.key_list(p_source.alias, p_source.key_columns),
    p_source.table_schema, p_source.table_name, p_source.alias,
    CASE WHEN p_from_start THEN ''
         ELSE format('(%s) > (%s) AND', bbm.key_list(p_source.alias, p_source.key_columns), bbm.cursor_list(1, p_source.key_types)) END,
    bbm.key_list(p_source.alias, p_source.key_columns), bbm.cursor_list(2, p_source.key_types),
    CASE WHEN p_source.scope IS NULL THEN '' ELSE format(E'AND (%s\n)', p_source.scope) END,
    bbm.key_list(p_source.alias, p_source.key_columns))
$$;

-- What a migration walks over, by its row and its job class.
CREATE FUNCTION bbm.source_of(m bbm.batched_background_migrations) RETURNS bbm.batch_source
LANGUAGE sql STABLE AS
$$
SELECT ROW (m.table_schema, m.table_name, coalesce(c.alias, m.table_name), m.key_columns, m.key_types, c.scope)::bbm.batch_source
  FROM (SELECT m.job_class_name AS name) AS wanted
  LEFT JOIN bbm.job_classes AS c ON c.name = wanted.name
$$;

-- The bound of the next p_size matching rows after p_after; p_through when fewer are left.
CREATE FUNCTION bbm.next_bound(
    m bbm.batched_background_migrations, p_after jsonb, p_through jsonb, p_size integer
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS
$$
DECLARE
    bound jsonb;
BEGIN
    IF p_after = '[]' THEN
        EXECUTE bbm.bound_query(bbm.source_of(m), true) INTO bound USING p_after, p_through, p_size - 1;
    ELSE
        EXECUTE m.bound_query INTO bound USING p_after, p_through, p_size - 1;
    END IF;
    RETURN coalesce(bound, p_through);
END
$$;

-- The first or the last key of a table as a cursor, by index, unscoped: no scan in the hook's transaction. NULL: empty.
CREATE FUNCTION bbm.edge_key(p_source bbm.batch_source, p_last boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    edge jsonb;
BEGIN
    EXECUTE format(
        'SELECT jsonb_build_array(%s) FROM (SELECT %s FROM %I.%I AS %I ORDER BY %s LIMIT 1) AS edge',
        (SELECT string_agg(format('to_jsonb(edge.%I)#>>''{}''', c.name), ', ' ORDER BY c.n)
           FROM unnest(p_source.key_columns) WITH ORDINALITY AS c (name, n)),
        bbm.key_list(p_source.alias, p_source.key_columns),
        p_source.table_schema, p_source.table_name, p_source.alias,
        (SELECT string_agg(format('%I.%I %s', p_source.alias, c.name, CASE WHEN p_last THEN 'DESC' ELSE 'ASC' END), ', ' ORDER BY c.n)
           FROM unnest(p_source.key_columns) WITH ORDINALITY AS c (name, n)))
       INTO edge;
    RETURN edge;
END
$$;

-- The table by its name as a person writes it: the exact name in the search path first (names with dots and quotes), then
-- the SQL form schema.table. NULL when there is none.
CREATE FUNCTION bbm.find_table(p_table text) RETURNS oid
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    found oid;
BEGIN
    SELECT c.oid INTO found
      FROM pg_catalog.pg_class AS c
     WHERE c.relname = p_table AND c.relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(c.oid);
    IF found IS NULL THEN
        BEGIN
            found := to_regclass(p_table);
        EXCEPTION WHEN syntax_error OR invalid_name OR feature_not_supported THEN
            found := NULL;
        END;
    END IF;
    RETURN (SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.oid = found AND c.relkind IN ('r', 'p'));
END
$$;

-- The key columns that p_column names: one column of exactly that name, else a list split at commas; NULL or '' means
-- the primary key. A usable key is NOT NULL throughout and leads a valid unique index without expressions or predicate.
CREATE FUNCTION bbm.find_key(p_table oid, p_column text, OUT key_columns text[], OUT key_types text[])
LANGUAGE plpgsql STABLE AS
$$
DECLARE
    shown     text := p_table::regclass::text;
    missing   text;
    nullable  text;
    unfit     text;
    numbers   smallint[];
BEGIN
    IF coalesce(p_column, '') = '' THEN
        SELECT array_agg(a.attname::text ORDER BY k.n) INTO key_columns
          FROM pg_catalog.pg_index AS i
         CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, n)
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
         WHERE i.indrelid = p_table AND i.indisprimary AND k.n <= i.indnkeyatts;
        IF key_columns IS NULL THEN
            RAISE EXCEPTION 'table "%" has no primary key', shown
                USING ERRCODE = 'BM107', HINT = 'name the column of a unique index, or add a primary key';
        END IF;
    ELSIF EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
                   WHERE a.attrelid = p_table AND a.attname = p_column AND a.attnum > 0 AND NOT a.attisdropped) THEN
        key_columns := ARRAY[p_column];
    ELSE
        SELECT array_agg(btrim(c.name) ORDER BY c.n) INTO key_columns
          FROM string_to_table(p_column, ',') WITH ORDINALITY AS c (name, n);
    END IF;
    SELECT c.name INTO missing
      FROM unnest(key_columns) AS c (name)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
                        WHERE a.attrelid = p_table AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped)
     LIMIT 1;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" has no column "%"', shown, missing
            USING ERRCODE = 'BM102', HINT = format('its columns: %s', (
                SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
                 WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped));
    END IF;
    SELECT array_agg(pg_catalog.format_type(a.atttypid, NULL) ORDER BY c.n),
           array_agg(a.attnum ORDER BY c.n),
           string_agg(a.attname, ', ' ORDER BY c.n) FILTER (WHERE NOT a.attnotnull),
           string_agg(format('%s %s', a.attname, pg_catalog.format_type(a.atttypid, NULL)), ', ' ORDER BY c.n) FILTER (
               WHERE a.atttypid NOT IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'uuid'::regtype, 'text'::regtype,
                                        'character varying'::regtype, 'timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype))
      INTO key_types, numbers, nullable, unfit
      FROM unnest(key_columns) WITH ORDINALITY AS c (name, n)
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = p_table AND a.attname = c.name;
    IF unfit IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" cannot be walked by %: keys are bigint, integer, smallint, uuid, text, timestamp or date', shown, unfit
            USING ERRCODE = 'BM107', HINT = 'name other columns of a unique index';
    END IF;
    IF nullable IS NOT NULL THEN
        RAISE EXCEPTION 'table "%" cannot be walked by %: rows where it is NULL would be missed', shown, nullable
            USING ERRCODE = 'BM107', HINT = 'name NOT NULL columns of a unique index';
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index AS i
         WHERE i.indrelid = p_table AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
           AND (i.indkey::smallint[])[0:cardinality(numbers) - 1] = numbers) THEN
        RAISE EXCEPTION 'table "%" has no unique index that begins with %', shown, array_to_string(key_columns, ', ')
            USING ERRCODE = 'BM107', HINT = 'name the columns of its primary key, or add a unique index';
    END IF;
END
$$;
