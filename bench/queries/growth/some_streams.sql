-- $1 streams from all ages of a log of $2 events.
SELECT 'pathway-' || md5('stream' || (random() * ($2::bigint / 250 - 1))::bigint)::uuid AS stream_id
FROM generate_series(1, $1::integer);
