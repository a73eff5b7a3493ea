-- One row an event. late: recorded more than a day after it happened.
CREATE TABLE timeline (
    pathway_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    seq bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    on_behalf_of text,
    title text NOT NULL,
    late boolean NOT NULL,
    details jsonb NOT NULL,
    PRIMARY KEY (pathway_id, version)
);
