-- Events $1 to $2. Cohorts of 4,000 streams write side by side until each has 250 events.
INSERT INTO carepath_log.events (
    seq, stream_id, version, event_id, type, schema_version, recorded_at, effective_at, actor,
    command_id, correlation_id, programme_version, data
)
SELECT
    n,
    'pathway-' || md5('stream' || (n - 1) / 1000000 * 4000 + (n - 1) % 4000)::uuid,
    (n - 1) % 1000000 / 4000 + 1,
    md5('event' || n)::uuid,
    'pathway.measure_recorded',
    1,
    timestamptz '2020-01-01' + n * interval '5 seconds',
    timestamptz '2020-01-01' + n * interval '5 seconds',
    '{"subject": "account-12", "role": "coordinator"}',
    md5('command' || n)::uuid,
    md5('command' || n)::uuid,
    'mbt-g@1',
    sha256(int8send(n)) || sha256(int8send(-n)) || sha256(int8send(n)) || sha256(int8send(-n))
FROM generate_series($1::bigint, $2::bigint) AS n;
