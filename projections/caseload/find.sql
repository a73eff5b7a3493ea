SELECT
    pathway_id, version, programme, phase, phase_entered_at, status, urgency, state, payer,
    patient_name, birth_date, referred_at, next_due_at, open_tasks, missed_in_a_row, planned_end,
    discharged_for, last_event_at, therapist
FROM caseload
WHERE pathway_id = $1;
