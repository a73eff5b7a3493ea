-- One login for each process. Each variable is a password: psql -v appender=... -v projector=...
CREATE ROLE carepath_worker LOGIN PASSWORD :'appender' IN ROLE carepath_appender;
CREATE ROLE carepath_views_process LOGIN PASSWORD :'projector' IN ROLE carepath_projector;
CREATE ROLE carepath_sealing LOGIN PASSWORD :'sealer' IN ROLE carepath_sealer;
CREATE ROLE carepath_web LOGIN PASSWORD :'web' IN ROLE carepath_projector;
CREATE ROLE carepath_auditor LOGIN PASSWORD :'reader' IN ROLE carepath_reader;

-- What they make of views belongs to the role: each can rebuild it, and readers are granted it.
ALTER ROLE carepath_views_process SET role TO 'carepath_projector';
ALTER ROLE carepath_web SET role TO 'carepath_projector';
