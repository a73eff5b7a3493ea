-- How many keys hang on each organisation key; under null those that were destroyed.
SELECT wrapped_by, count(*) AS keys
FROM carepath_log.patient_keys
GROUP BY wrapped_by
ORDER BY wrapped_by NULLS LAST;
