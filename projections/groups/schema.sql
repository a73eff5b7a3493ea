CREATE TABLE groups (
    group_id text COLLATE "C" PRIMARY KEY,
    title text,
    kind text,
    programme text,
    modality text,
    states text[] NOT NULL,
    zone text,
    weekdays integer[] NOT NULL,
    starts time,
    length_min integer,
    status text NOT NULL,
    capacity integer NOT NULL,
    taken integer NOT NULL,
    reserved integer NOT NULL,
    facilitators text[] NOT NULL,
    open_tasks integer NOT NULL,
    closed_at timestamptz,
    successor text
);

CREATE INDEX groups_by_status ON groups (status, group_id);

-- A seat that somebody has, or that is kept while it is offered.
CREATE TABLE seats (
    group_id text COLLATE "C" NOT NULL,
    pathway_id text COLLATE "C" NOT NULL,
    state text NOT NULL,
    since timestamptz,
    until timestamptz,
    joined_at timestamptz,
    PRIMARY KEY (group_id, pathway_id)
);

CREATE INDEX seats_of_pathway ON seats (pathway_id);

CREATE TABLE group_sessions (
    group_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    starts_at timestamptz NOT NULL,
    length_min integer NOT NULL,
    stage text NOT NULL,
    facilitators text[] NOT NULL,
    present integer,
    missed integer,
    incidents integer NOT NULL,
    PRIMARY KEY (group_id, number)
);

CREATE INDEX group_sessions_of_group ON group_sessions (group_id, starts_at, number);

CREATE INDEX group_sessions_by_day ON group_sessions (starts_at, group_id, number);

-- Whom the seats are of: names go with the patients' own pathways.
CREATE TABLE seated (
    pathway_id text COLLATE "C" PRIMARY KEY,
    patient_name text NOT NULL,
    leaves_at timestamptz
);
