CREATE TABLE carepath_log.grown (
    LIKE carepath_log.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE
) PARTITION BY HASH (stream_id);

DO $$
BEGIN
    FOR number IN 0..15 LOOP
        EXECUTE format(
            'CREATE TABLE carepath_log.grown_%s PARTITION OF carepath_log.grown FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
            number, number
        );
    END LOOP;
END
$$;
