-- The process that all others of this PostgreSQL are children of.
SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)::integer;
