-- How many pathways of a programme, named without its version, have each status.
SELECT status, count(*) AS pathways
FROM caseload
WHERE split_part(programme, '@', 1) = $1
GROUP BY status
ORDER BY status;
