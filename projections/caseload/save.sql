INSERT INTO caseload (
    pathway_id, version, programme, phase, phase_entered_at, status, urgency, state, payer,
    patient_name, birth_date, referred_at, next_due_at, open_tasks, missed_in_a_row, planned_end,
    discharged_for, last_event_at, folded
)
SELECT *
FROM unnest(
    $1::text[], $2::integer[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::text[], $11::date[], $12::timestamptz[], $13::timestamptz[],
    $14::integer[], $15::integer[], $16::timestamptz[], $17::text[], $18::timestamptz[],
    $19::json[]
)
ON CONFLICT (pathway_id) DO UPDATE SET
    version = excluded.version,
    programme = excluded.programme,
    phase = excluded.phase,
    phase_entered_at = excluded.phase_entered_at,
    status = excluded.status,
    urgency = excluded.urgency,
    state = excluded.state,
    payer = excluded.payer,
    patient_name = excluded.patient_name,
    birth_date = excluded.birth_date,
    referred_at = excluded.referred_at,
    next_due_at = excluded.next_due_at,
    open_tasks = excluded.open_tasks,
    missed_in_a_row = excluded.missed_in_a_row,
    planned_end = excluded.planned_end,
    discharged_for = excluded.discharged_for,
    last_event_at = excluded.last_event_at,
    folded = excluded.folded;
