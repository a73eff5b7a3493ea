-- Tiles that hold more hashes than the largest checkpoint has signed, or that no tree could have.
-- One statement: whoever seals commits tiles and checkpoint together, so it sees both or neither.
WITH signed AS (
    SELECT coalesce(max(c.size), 0) AS size FROM carepath_log.seal_checkpoints AS c
)
SELECT t.level, t.index
FROM signed
CROSS JOIN generate_series(0, 6) AS l (level)
JOIN carepath_log.seal_tiles AS t
    ON t.level = l.level AND t.index >= signed.size >> 8 * (l.level + 1)
WHERE t.index > signed.size >> 8 * (l.level + 1)
    OR octet_length(t.hashes) / 32 > (signed.size >> 8 * l.level) & 255
UNION ALL
SELECT t.level, t.index FROM carepath_log.seal_tiles AS t WHERE t.level > 6
ORDER BY level, index
LIMIT $1;
