DELETE FROM stays
USING unnest($1::text[], $2::integer[]) AS gone (pathway_id, number)
WHERE stays.pathway_id = gone.pathway_id AND stays.number = gone.number;
