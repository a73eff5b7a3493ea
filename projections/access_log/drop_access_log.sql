-- Why somebody read an erased patient's record. By the id of a pathway, or of the stream beside it.
UPDATE access_log
SET reason = NULL, until = NULL
FROM unnest($1::text[], $2::bigint[]) AS gone (id, seq)
WHERE
    access_log.pathway_id = 'pathway-' || substr(gone.id, strpos(gone.id, '-') + 1)
    AND access_log.seq < gone.seq;
