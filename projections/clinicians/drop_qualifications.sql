DELETE FROM qualifications
USING unnest($1::text[], $2::integer[]) AS gone (clinician_id, period)
WHERE qualifications.clinician_id = gone.clinician_id AND qualifications.period = gone.period;
