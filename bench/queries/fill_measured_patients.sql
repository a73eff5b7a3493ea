-- $1 patients who were referred in turn over three years, from three states.
INSERT INTO view_caseload.caseload (
    pathway_id, version, programme, status, state, birth_date, referred_at, open_tasks,
    missed_in_a_row, last_event_at
)
SELECT
    'pathway-' || gen_random_uuid(), 1, 'mbt-g@1', 'open', (ARRAY['FL', 'IN', 'AZ'])[1 + n % 3],
    date '1950-01-01' + n % 18000, timestamptz '2023-01-01' + n % 1000 * interval '1 day', 0, 0,
    now()
FROM generate_series(1, $1::integer) AS n;
