-- Has a session that waited for the lock see what the one before made: not waiting, but opening a
-- relation takes in what others have changed in the catalogue.
SELECT count(*) FROM pg_catalog.pg_namespace;
