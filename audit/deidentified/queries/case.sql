-- $1: what the order of patients follows from, the same in each file and another in each export.
SELECT
    c.pathway_id, c.programme AS of_programme, c.birth_date, c.state AS of_state, c.phase, c.status,
    c.urgency, c.discharged_for, c.referred_at AS referred_on, c.phase_entered_at AS phase_since,
    c.planned_end, c.open_tasks, c.missed_in_a_row
FROM view_caseload.caseload AS c
ORDER BY sha256($1::bytea || convert_to(c.pathway_id, 'UTF8'));
