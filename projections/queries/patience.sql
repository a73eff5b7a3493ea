-- Comparing whole views takes longer than any other statement; it writes nothing and locks nobody.
SELECT set_config('statement_timeout', '10min', true);
