-- $1: what the order of patients follows from, the same in each file and another in each export.
SELECT
    c.pathway_id, c.programme AS of_programme, c.birth_date, c.state AS of_state, f.level, f.status,
    f.source, f.flags, f.opened_at AS opened_on, f.attempts,
    (extract(EPOCH FROM f.acknowledged_at - f.opened_at) / 60)::bigint AS acknowledged_after,
    (extract(EPOCH FROM f.contacted_at - f.opened_at) / 60)::bigint AS contacted_after,
    (extract(EPOCH FROM f.resolved_at - f.opened_at) / 60)::bigint AS resolved_after,
    cardinality(f.overdue) AS clocks_missed
FROM view_safety.flagged AS f
INNER JOIN view_caseload.caseload AS c USING (pathway_id)
ORDER BY sha256($1::bytea || convert_to(c.pathway_id, 'UTF8')), f.opened_at, f.escalation_id;
