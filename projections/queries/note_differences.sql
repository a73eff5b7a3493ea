UPDATE carepath_views.checkpoints SET differences = $2 WHERE schema_name = $1;
