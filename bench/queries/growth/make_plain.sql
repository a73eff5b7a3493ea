-- One table, as the migrations make it.
CREATE TABLE carepath_log.grown (
    LIKE carepath_log.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE
);
