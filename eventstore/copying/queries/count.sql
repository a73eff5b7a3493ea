-- Keys and their fingerprints without any event would mix with those that come.
SELECT
    (SELECT count(*) FROM ONLY carepath_log.events) AS events,
    (SELECT count(*) FROM carepath_log.patient_keys)
    + (SELECT count(*) FROM carepath_log.key_fingerprints) AS keys;
