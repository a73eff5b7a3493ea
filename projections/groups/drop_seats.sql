DELETE FROM seats AS s
USING unnest($1::text[], $2::text[]) AS gone (group_id, pathway_id)
WHERE s.group_id = gone.group_id AND s.pathway_id = gone.pathway_id;
