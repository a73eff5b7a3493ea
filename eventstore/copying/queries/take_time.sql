-- Copying takes as long as it takes; its transactions hold no transaction id on the source's side.
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL timezone = 'UTC';
SET LOCAL bytea_output = 'hex';
SET LOCAL datestyle = 'ISO';
