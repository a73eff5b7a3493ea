-- One login for each process. Each variable is a password: psql -v appender=... -v projector=...
CREATE ROLE carepath_worker LOGIN PASSWORD :'appender' IN ROLE carepath_appender;
CREATE ROLE carepath_views_process LOGIN PASSWORD :'projector' IN ROLE carepath_projector;
CREATE ROLE carepath_sealing LOGIN PASSWORD :'sealer' IN ROLE carepath_sealer;
CREATE ROLE carepath_web LOGIN PASSWORD :'reader' IN ROLE carepath_reader;

-- What the projector makes belongs to its role, or readers would not be granted it.
ALTER ROLE carepath_views_process SET role TO 'carepath_projector';
