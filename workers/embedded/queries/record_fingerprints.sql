INSERT INTO carepath_log.key_fingerprints (name, fingerprint)
SELECT name, fingerprint FROM unnest($1::text[], $2::bytea[]) AS given (name, fingerprint)
ON CONFLICT (name) DO NOTHING
