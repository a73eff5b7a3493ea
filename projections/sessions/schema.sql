-- version is that of the event that recorded the session, in the pathway's stream.
CREATE TABLE sessions (
    pathway_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    held_at timestamptz NOT NULL,
    kind text NOT NULL,
    phase text NOT NULL,
    programme text,
    group_id text COLLATE "C",
    group_session integer,
    clinicians text[] NOT NULL,
    attendance text NOT NULL,
    late_min integer NOT NULL,
    length_min integer NOT NULL,
    modality text,
    location text,
    corrected boolean NOT NULL,
    PRIMARY KEY (pathway_id, version)
);

CREATE INDEX sessions_by_day ON sessions (held_at, pathway_id, version);

CREATE INDEX sessions_of_group ON sessions (group_id, group_session) WHERE group_id IS NOT NULL;

-- Attendance is counted over whole programmes, from this index alone. That the programme of nearly
-- every row is the one asked for, the planner knows from the statistics, and could not guess.
CREATE INDEX sessions_by_phase ON sessions (phase, kind, pathway_id)
INCLUDE (programme, held_at, attendance);

CREATE STATISTICS sessions_of_programme ON (split_part(programme, '@', 1)) FROM sessions;
