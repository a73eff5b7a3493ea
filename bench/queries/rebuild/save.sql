INSERT INTO caseload_of_runner VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (pathway_id) DO UPDATE SET
    phase = excluded.phase, status = excluded.status, patient_name = excluded.patient_name,
    next_due_at = excluded.next_due_at, open_tasks = excluded.open_tasks,
    missed_in_a_row = excluded.missed_in_a_row, state = excluded.state
