-- The entities that the view follows, as far as their events have been folded: so that the next
-- event can be folded in. state is JSON without what is as at first, and without the past that no
-- row depends on.
CREATE TABLE folded (
    entity_id text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL,
    last_event_at timestamptz NOT NULL,
    state json NOT NULL
) WITH (fillfactor = 80);
