-- How much falls to each: all that is due by $2, and of that what was due before $1.
SELECT owner, count(*) AS items, count(*) FILTER (WHERE due_at < $1) AS overdue
FROM items
WHERE due_at <= $2
GROUP BY owner
ORDER BY owner;
