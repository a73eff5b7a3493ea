SELECT carepath_views.drop_copy($1);
