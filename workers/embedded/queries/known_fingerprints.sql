-- An organisation key that wraps no patient's key any more may be gone; every other may not.
SELECT
    name,
    fingerprint,
    name NOT LIKE 'organisation-%' OR EXISTS (
        SELECT FROM carepath_log.patient_keys
        WHERE wrapped_by = substring(name FROM '^organisation-(.*)\.key$') AND destroyed_at IS NULL
    ) AS needed
FROM carepath_log.key_fingerprints
ORDER BY name
