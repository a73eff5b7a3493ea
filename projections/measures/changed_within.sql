-- What became of first scores by the latest score that was taken from $2 on and before $3: one
-- answer a patient and measure. judged is n where the measure has a threshold.
WITH latest AS (
    SELECT DISTINCT ON (measure, pathway_id)
        measure,
        change_class,
        below_cut_off,
        responded
    FROM measures
    WHERE change IS NOT NULL AND split_part(programme, '@', 1) = $1
        AND taken_at >= $2 AND taken_at < $3
    ORDER BY measure ASC, pathway_id ASC, taken_at DESC
)

SELECT
    measure,
    count(*) AS n,
    count(change_class) AS judged,
    count(*) FILTER (WHERE change_class IN ('improved', 'recovered')) AS improved,
    count(*) FILTER (WHERE change_class = 'recovered') AS recovered,
    count(*) FILTER (WHERE change_class = 'unchanged') AS unchanged,
    count(*) FILTER (WHERE change_class = 'deteriorated') AS deteriorated,
    count(below_cut_off) AS cases_at_first,
    count(*) FILTER (WHERE below_cut_off) AS below_cut_off,
    count(responded) AS could_respond,
    count(*) FILTER (WHERE responded) AS responded
FROM latest
GROUP BY measure
ORDER BY measure;
