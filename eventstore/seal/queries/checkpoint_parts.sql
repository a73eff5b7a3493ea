-- Sizes that divide the checkpoints between $1 and $2 into parts of $3, and how many there are.
SELECT
    count(*) AS checkpoints,
    array_agg(c.size ORDER BY c.size) FILTER (WHERE c.place % $3 = 0) AS edges
FROM (
    SELECT size, row_number() OVER (ORDER BY size) AS place
    FROM carepath_log.seal_checkpoints
    WHERE size > $1 AND size <= $2
) AS c;
