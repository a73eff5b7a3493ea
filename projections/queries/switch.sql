SELECT carepath_views.switch($1, $2, $3);
