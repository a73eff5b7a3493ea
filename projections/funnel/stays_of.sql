SELECT
    pathway_id, number, programme, phase, entered_at, left_at, next_phase, outcome, referred_at
FROM stays
WHERE pathway_id = $1
ORDER BY number;
