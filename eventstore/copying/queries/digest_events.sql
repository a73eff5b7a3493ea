SELECT
    (e.seq - 1) / 10000 * 10000 + 1 AS first,
    count(*) AS held,
    sha256(string_agg(sha256(convert_to(e::text, 'UTF8')), '' ORDER BY e.seq)) AS digest
FROM ONLY carepath_log.events AS e
WHERE e.seq <= $1
GROUP BY 1
ORDER BY 1;
