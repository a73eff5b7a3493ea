-- What somebody is or was qualified for, as it stands on the day $2; it expires soon within $3 days.
SELECT
    clinician_id, period, what, of, number, since, until, revoked,
    CASE
        WHEN revoked THEN 'revoked'
        WHEN until < $2 THEN 'expired'
        WHEN since > $2 THEN 'not_yet'
        WHEN until < $2 + $3::integer THEN 'expiring'
        ELSE 'valid'
    END AS state
FROM qualifications
WHERE clinician_id = ANY ($1::text[])
ORDER BY clinician_id, what, of, until DESC, period;
