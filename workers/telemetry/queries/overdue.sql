-- Uses the caseload's index by what is due first: it stops where nothing is overdue any more.
SELECT count(*) AS overdue
FROM caseload
WHERE coalesce(next_due_at, timestamptz 'infinity') < now();
