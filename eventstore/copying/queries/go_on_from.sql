-- The next number is the one after the last settled, and readers may read up to it at once.
WITH given AS (
    SELECT setval('carepath_log.events_seq', greatest($1::bigint, 1), $1::bigint > 0)
)
UPDATE carepath_log.watermark SET settled_seq = $1
WHERE EXISTS (SELECT FROM given);
