SELECT carepath_views.create_copy($1, $2, $3);
