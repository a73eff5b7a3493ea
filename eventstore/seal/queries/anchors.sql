SELECT anchor, accepted_size, accepted_at, failing_since, failures, error
FROM carepath_log.seal_anchors
ORDER BY anchor;
