-- The most urgent first; what has nothing due comes last. $5, $6: the last row of the page before.
-- $9: a clinician, $10: whom they care for besides their own patients and those whom nobody treats
-- yet. $11: those in their care, or all others.
SELECT
    pathway_id, version, programme, phase, phase_entered_at, status, urgency, state, payer,
    patient_name, birth_date, referred_at, next_due_at, open_tasks, missed_in_a_row, planned_end,
    discharged_for, last_event_at, therapist
FROM caseload
WHERE ($1::text IS NULL OR phase = $1)
    AND ($2::text IS NULL OR status = $2)
    AND ($3::text IS NULL OR programme = $3)
    AND ($4::text IS NULL OR strpos(lower(patient_name), lower($4)) > 0)
    AND ($8::text[] IS NULL OR pathway_id = ANY ($8))
    AND (
        $9::text IS NULL
        OR $11::boolean = (
            pathway_id = ANY ($10::text[])
            OR coalesce(
                therapist = $9, $9 <> '' AND discharged_for IS NULL AND status <> 'closed'
            )
        )
    )
    AND (
        $6::text IS NULL
        OR (coalesce(next_due_at, timestamptz 'infinity'), pathway_id)
        > (coalesce($5::timestamptz, timestamptz 'infinity'), $6)
    )
ORDER BY coalesce(next_due_at, timestamptz 'infinity'), pathway_id
LIMIT $7;
