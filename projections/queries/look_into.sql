-- Until the end of the transaction, unqualified names mean the tables of this schema.
SELECT set_config('search_path', quote_ident($1), true);
