-- What is due first comes first. $1, $2: the last row of the page before.
SELECT
    f.escalation_id, f.pathway_id, p.patient_name, f.programme, f.level, f.status, f.source, f.flags,
    f.opened_at, f.flagged_at, f.acknowledge_by, f.acknowledged_at, f.acknowledged_by,
    f.responsible, f.contact_by, f.contacted_at, f.visit_by, f.visited_at, f.resolve_by,
    f.resolved_at, f.due_at, f.attempts, f.overdue, f.formulated, f.disposition, f.plan_reviewed
FROM flagged AS f
LEFT JOIN patients AS p ON p.pathway_id = f.pathway_id
WHERE f.status = 'open'
    AND (coalesce(f.due_at, timestamptz 'infinity'), f.escalation_id)
    > (coalesce($1::timestamptz, timestamptz 'infinity'), $2::text)
ORDER BY coalesce(f.due_at, timestamptz 'infinity'), f.escalation_id
LIMIT $3;
