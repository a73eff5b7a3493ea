-- $1: what the order of patients follows from, the same in each file and another in each export.
SELECT
    c.pathway_id, c.programme AS of_programme, c.birth_date, c.state AS of_state,
    s.held_at AS held_on, s.kind, s.phase, s.attendance, s.late_min, s.length_min, s.modality
FROM view_sessions.sessions AS s
INNER JOIN view_caseload.caseload AS c USING (pathway_id)
ORDER BY sha256($1::bytea || convert_to(c.pathway_id, 'UTF8')), s.held_at, s.version;
