-- $1: what the order of patients follows from, the same in each file and another in each export.
SELECT
    c.pathway_id, c.programme AS of_programme, c.birth_date, c.state AS of_state, m.measure,
    m.occasion, m.standing, m.phase, m.due_at AS due_on, m.taken_at AS taken_on, m.score, m.band,
    m.baseline, m.change, m.change_class, m.below_cut_off, m.responded
FROM view_measures.measures AS m
INNER JOIN view_caseload.caseload AS c USING (pathway_id)
ORDER BY sha256($1::bytea || convert_to(c.pathway_id, 'UTF8')), m.due_at, m.measure, m.occasion;
