-- $1: what the order of patients follows from, the same in each file and another in each export.
SELECT
    c.pathway_id, c.programme AS of_programme, c.birth_date, c.state AS of_state,
    t.referred_at AS referred_on, t.started_at AS started_on, t.planned_end,
    t.ended_at AS ended_on, t.ended_for
FROM view_outcomes.treatments AS t
INNER JOIN view_caseload.caseload AS c USING (pathway_id)
ORDER BY sha256($1::bytea || convert_to(c.pathway_id, 'UTF8'));
