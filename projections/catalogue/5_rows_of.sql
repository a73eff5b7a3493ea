-- Every row of every table of a copy, with the values of its primary key.
CREATE OR REPLACE FUNCTION carepath_views.rows_of(copy text)
RETURNS TABLE (relation text, key jsonb, content jsonb)
LANGUAGE plpgsql
STABLE
AS $$
DECLARE
    present record;
BEGIN
    FOR present IN
        SELECT
            c.relname::text AS name,
            array_agg(a.attname::text ORDER BY a.attnum) AS key_columns
        FROM pg_class AS c
        JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
        WHERE c.relnamespace = copy::regnamespace AND c.relkind = 'r'
        GROUP BY c.oid, c.relname
        ORDER BY c.relname
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT $1, (SELECT jsonb_object_agg(k, r.content -> k) FROM unnest($2) AS k), r.content
             FROM (SELECT to_jsonb(t) AS content FROM %I.%I AS t OFFSET 0) AS r',
            copy, present.name
        ) USING present.name, present.key_columns;
    END LOOP;
END
$$;
