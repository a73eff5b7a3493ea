-- How many locks all transactions together can hold: an append holds one for each stream.
SELECT
    current_setting('max_locks_per_transaction')::bigint
    * (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint)
