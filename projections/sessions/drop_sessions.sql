-- No session is recorded after an erasure, so when it was does not matter.
DELETE FROM sessions
USING unnest($1::text[], $2::bigint[]) AS gone (id, seq)
WHERE sessions.pathway_id = gone.id;
