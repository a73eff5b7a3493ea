DELETE FROM waits
USING unnest($1::text[], $2::integer[]) AS gone (pathway_id, number)
WHERE waits.pathway_id = gone.pathway_id AND waits.number = gone.number;
