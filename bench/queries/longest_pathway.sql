SELECT stream_id, count(*) AS events
FROM carepath_log.events
WHERE stream_id LIKE 'pathway-%'
GROUP BY stream_id
ORDER BY events DESC
LIMIT 1;
