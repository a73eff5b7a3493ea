-- $1: what the order of patients follows from, the same in each file and another in each export.
SELECT
    c.pathway_id, c.programme AS of_programme, c.birth_date, c.state AS of_state, s.number, s.phase,
    s.entered_at AS entered_on, s.left_at AS left_on, s.next_phase, s.outcome
FROM view_funnel.stays AS s
INNER JOIN view_caseload.caseload AS c USING (pathway_id)
ORDER BY sha256($1::bytea || convert_to(c.pathway_id, 'UTF8')), s.number;
