DELETE FROM measures
USING unnest($1::text[], $2::text[], $3::text[]) AS gone (pathway_id, measure, occasion)
WHERE measures.pathway_id = gone.pathway_id
    AND measures.measure = gone.measure
    AND measures.occasion = gone.occasion;
