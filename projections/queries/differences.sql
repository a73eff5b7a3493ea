-- How the live copy $1 differs from the replayed one $2; at most $3 examples, and how many in all.
-- Only keys and names of columns leave the database: no content.
SELECT
    count(*) OVER () AS total,
    relation,
    key,
    CASE
        WHEN live.content IS NULL THEN 'missing'
        WHEN replayed.content IS NULL THEN 'surplus'
        ELSE 'different'
    END AS kind,
    CASE
        WHEN live.content IS NULL OR replayed.content IS NULL THEN '{}'::text[]
        ELSE ARRAY(
            SELECT pair.key
            FROM jsonb_each(replayed.content) AS pair
            WHERE pair.value IS DISTINCT FROM live.content -> pair.key
            ORDER BY pair.key
        )
    END AS columns
FROM carepath_views.rows_of($1) AS live
FULL JOIN carepath_views.rows_of($2) AS replayed USING (relation, key)
WHERE live.content IS DISTINCT FROM replayed.content
ORDER BY relation, key
LIMIT $3;
