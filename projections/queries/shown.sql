-- Rows of a copy, without the states that it keeps beside them. $2: only those with this value.
SELECT shown.relation, shown.content
FROM carepath_views.rows_of($1) AS shown
WHERE shown.relation <> 'folded'
    AND (
        $2::text IS NULL
        OR EXISTS (SELECT FROM jsonb_each_text(shown.content) AS one WHERE one.value = $2)
    )
ORDER BY shown.relation, shown.key
LIMIT $3;
