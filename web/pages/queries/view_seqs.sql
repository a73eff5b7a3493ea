SELECT view, build, seq FROM carepath_views.checkpoints WHERE schema_name = 'view_' || view;
