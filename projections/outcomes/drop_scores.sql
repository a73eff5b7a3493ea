DELETE FROM scores
USING unnest($1::text[], $2::text[]) AS gone (pathway_id, measure)
WHERE scores.pathway_id = gone.pathway_id AND scores.measure = gone.measure;
