-- Nobody changes by accident what is sealed: checkpoints stay, tiles only grow to the right.
CREATE FUNCTION carepath_log.refuse_resealing() RETURNS trigger
LANGUAGE plpgsql
SET search_path = carepath_log, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what is sealed stays', tg_op, tg_table_name
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Run carepath audit verify if the seal seems wrong.';
END
$$;

CREATE TRIGGER refuse_resealing
BEFORE UPDATE OR DELETE OR TRUNCATE ON carepath_log.seal_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION carepath_log.refuse_resealing();

CREATE TRIGGER refuse_deleting
BEFORE DELETE OR TRUNCATE ON carepath_log.seal_tiles
FOR EACH STATEMENT EXECUTE FUNCTION carepath_log.refuse_resealing();

CREATE TRIGGER refuse_resealing
BEFORE UPDATE ON carepath_log.seal_tiles
FOR EACH ROW
WHEN (
    new.level <> old.level OR new.index <> old.index
    OR substring(new.hashes FROM 1 FOR octet_length(old.hashes)) <> old.hashes
)
EXECUTE FUNCTION carepath_log.refuse_resealing();

ALTER TABLE carepath_log.seal_checkpoints ENABLE ALWAYS TRIGGER refuse_resealing;
ALTER TABLE carepath_log.seal_tiles ENABLE ALWAYS TRIGGER refuse_deleting;
ALTER TABLE carepath_log.seal_tiles ENABLE ALWAYS TRIGGER refuse_resealing;
