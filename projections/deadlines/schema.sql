-- One row an entity that is not erased. next_at is null where no clock runs, and once it is closed.
CREATE TABLE clocks (
    entity_id text COLLATE "C" PRIMARY KEY,
    open boolean NOT NULL,
    next_at timestamptz,
    last_event_at timestamptz NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX clocks_by_next ON clocks (next_at, entity_id) WHERE next_at IS NOT NULL;

CREATE INDEX clocks_open ON clocks (entity_id) WHERE open;

CREATE INDEX clocks_closed ON clocks (last_event_at, entity_id) WHERE NOT open;
