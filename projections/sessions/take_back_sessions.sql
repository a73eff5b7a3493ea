DELETE FROM sessions
USING unnest($1::text[], $2::integer[]) AS wrong (pathway_id, version)
WHERE sessions.pathway_id = wrong.pathway_id AND sessions.version = wrong.version;
