INSERT INTO carepath_log.subscriptions (id, url, types, sees, secrets, seq)
SELECT $1, $2, $3, $4, $5, coalesce($6::bigint, w.settled_seq)
FROM carepath_log.watermark AS w;
