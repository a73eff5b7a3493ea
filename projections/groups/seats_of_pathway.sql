SELECT
    s.group_id, s.pathway_id, s.state, s.since, s.until, s.joined_at, p.patient_name,
    CASE s.state WHEN 'member' THEN p.leaves_at END AS leaves_at
FROM seats AS s
LEFT JOIN seated AS p ON p.pathway_id = s.pathway_id
WHERE s.pathway_id = $1
ORDER BY s.group_id;
