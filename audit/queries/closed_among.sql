-- Those of the streams $1 that have an event of one of the types $2.
SELECT DISTINCT e.stream_id
FROM ONLY carepath_log.events AS e
WHERE e.stream_id = ANY ($1::text[]) AND e.type = ANY ($2::text[]);
