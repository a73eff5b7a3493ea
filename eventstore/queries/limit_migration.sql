-- A migration that waits for a table's lock makes every append behind it wait too.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';
