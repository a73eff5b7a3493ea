-- By the id of a pathway, or of the stream beside it, which ends in the same way.
DELETE FROM access_log
WHERE pathway_id IN (
    SELECT 'pathway-' || substr(gone.id, strpos(gone.id, '-') + 1)
    FROM unnest($1::text[]) AS gone (id)
);
