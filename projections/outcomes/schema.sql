-- One row a pathway; without started_at treatment never began.
CREATE TABLE treatments (
    pathway_id text COLLATE "C" PRIMARY KEY,
    programme text NOT NULL,
    referred_at timestamptz NOT NULL,
    started_at timestamptz,
    planned_end timestamptz,
    ended_at timestamptz,
    ended_for text,
    CHECK ((ended_at IS NULL) = (ended_for IS NULL))
);

CREATE INDEX treatments_by_start ON treatments (programme, started_at)
WHERE started_at IS NOT NULL;

-- Sessions counted, by how they were attended.
CREATE TABLE attendance (
    pathway_id text COLLATE "C" NOT NULL,
    programme text NOT NULL,
    phase text NOT NULL,
    kind text NOT NULL,
    attendance text NOT NULL,
    sessions integer NOT NULL,
    PRIMARY KEY (pathway_id, phase, kind, attendance)
);

CREATE INDEX attendance_by_programme ON attendance (programme, phase, kind);

-- The first and the latest score of each measure, by when they were taken.
CREATE TABLE scores (
    pathway_id text COLLATE "C" NOT NULL,
    programme text NOT NULL,
    measure text NOT NULL,
    taken integer NOT NULL,
    first float8 NOT NULL,
    first_at timestamptz NOT NULL,
    last float8 NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (pathway_id, measure)
);

CREATE INDEX scores_by_measure ON scores (measure, programme);
