-- How often each was the case in a span of time, by kind of session.
SELECT kind, attendance, count(*) AS sessions
FROM sessions
WHERE held_at >= $1 AND held_at < $2
GROUP BY kind, attendance
ORDER BY kind, attendance;
