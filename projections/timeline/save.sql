-- No ON CONFLICT: an event that came twice must be noticed.
INSERT INTO timeline (
    pathway_id, version, seq, type, effective_at, recorded_at, subject, role, on_behalf_of, title,
    late, details
)
SELECT *
FROM unnest(
    $1::text[], $2::integer[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::boolean[], $12::jsonb[]
);
