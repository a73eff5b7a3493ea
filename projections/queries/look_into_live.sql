-- As look_into, and by which version of its view's code the copy in the schema was made.
SELECT version
FROM (SELECT set_config('search_path', quote_ident($1), true)) AS looking
LEFT JOIN carepath_views.checkpoints ON schema_name = $1;
