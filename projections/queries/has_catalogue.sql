SELECT to_regclass('carepath_views.checkpoints') IS NOT NULL;
