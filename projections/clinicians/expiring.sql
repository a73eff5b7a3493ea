-- What ends within $2 days of the day $1, or ended in the $2 days before it, and has not been
-- renewed: nothing of the same kind holds longer. Only of those who work here.
SELECT
    qualifications.clinician_id,
    clinicians.name,
    qualifications.what,
    qualifications.of,
    qualifications.number,
    qualifications.until
FROM qualifications
INNER JOIN clinicians ON clinicians.clinician_id = qualifications.clinician_id
WHERE clinicians.status = 'active'
    AND NOT qualifications.revoked
    AND qualifications.until >= $1::date - $2::integer
    AND qualifications.until < $1::date + $2::integer
    AND NOT EXISTS (
        SELECT FROM qualifications AS renewed
        WHERE renewed.clinician_id = qualifications.clinician_id
            AND renewed.what = qualifications.what
            AND renewed.of = qualifications.of
            AND renewed.until > qualifications.until
            AND NOT renewed.revoked
    )
ORDER BY qualifications.until, qualifications.clinician_id, qualifications.period;
