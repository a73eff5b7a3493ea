-- A partition for each million numbers; the bounds lie in the middle of a cohort of streams, since
-- a pathway's months never end where a partition does.
CREATE TABLE carepath_log.grown (
    LIKE carepath_log.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE
) PARTITION BY RANGE (seq);

DO $$
BEGIN
    FOR number IN 0..current_setting('bench.events')::bigint / 1000000 + 1 LOOP
        EXECUTE format(
            'CREATE TABLE carepath_log.grown_%s PARTITION OF carepath_log.grown FOR VALUES FROM (%s) TO (%s)',
            number, number * 1000000 - 500000, number * 1000000 + 500000
        );
    END LOOP;
END
$$;
