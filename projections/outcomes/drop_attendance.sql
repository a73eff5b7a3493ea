DELETE FROM attendance
USING unnest($1::text[], $2::text[], $3::text[], $4::text[])
    AS gone (pathway_id, phase, kind, attendance)
WHERE attendance.pathway_id = gone.pathway_id
    AND attendance.phase = gone.phase
    AND attendance.kind = gone.kind
    AND attendance.attendance = gone.attendance;
