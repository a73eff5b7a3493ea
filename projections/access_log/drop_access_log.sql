-- By the id of a pathway, or of the stream beside it, which ends in the same way.
DELETE FROM access_log
USING unnest($1::text[], $2::bigint[]) AS gone (id, seq)
WHERE
    access_log.pathway_id = 'pathway-' || substr(gone.id, strpos(gone.id, '-') + 1)
    AND access_log.seq < gone.seq;
