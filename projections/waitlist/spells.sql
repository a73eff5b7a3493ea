-- Every seat held up to $1, in weeks, and whether its holder dropped out.
SELECT
    (extract(EPOCH FROM least(coalesce(left_at, $1), $1) - joined_at) / 604800)::float8 AS weeks,
    coalesce(ending = 'dropped' AND left_at <= $1, false) AS dropped
FROM seats
WHERE joined_at < $1;
