-- Whether the demo was the first to refer patients here, and since then only whoever tries it out:
-- personas, this machine's own tokens ($2), and the demo ($1) itself. Without patients too.
SELECT NOT EXISTS (
    SELECT
    FROM ONLY carepath_log.events
    WHERE type = 'pathway.referred' AND NOT starts_with(actor ->> 'subject', $1)
        AND NOT actor ->> 'subject' ~ $2
) AND coalesce((
    SELECT starts_with(actor ->> 'subject', $1)
    FROM ONLY carepath_log.events
    WHERE type = 'pathway.referred'
    ORDER BY seq
    LIMIT 1
), TRUE);
