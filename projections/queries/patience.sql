-- Comparing whole views takes longer than any other statement, which writes nothing and locks nobody. $1: for so many milliseconds.
SELECT set_config('statement_timeout', $1, true);
