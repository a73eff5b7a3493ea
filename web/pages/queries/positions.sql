-- Where the copies are that readers see of these views.
SELECT view, build, seq FROM carepath_views.checkpoints WHERE schema_name = ANY ($1::text[]);
