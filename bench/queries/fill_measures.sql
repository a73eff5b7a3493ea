-- $1 answered measures of each patient, a week apart.
INSERT INTO view_measures.measures (
    pathway_id, measure, occasion, standing, due_at, overdue, taken_at, phase, score, findings, flags,
    corrected
)
SELECT
    c.pathway_id, 'phq-9', n::text, 'answered', c.referred_at + n * interval '7 days', FALSE,
    c.referred_at + n * interval '7 days', 'ongoing', n % 28, '{}', '{}', FALSE
FROM view_caseload.caseload AS c CROSS JOIN generate_series(1, $1::integer) AS n;
