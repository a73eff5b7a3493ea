DELETE FROM seats
USING unnest($1::text[], $2::integer[]) AS gone (pathway_id, number)
WHERE seats.pathway_id = gone.pathway_id AND seats.number = gone.number;
