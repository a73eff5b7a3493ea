-- The line: place is the domain's Waiting as JSON, of whoever waits and has no offer.
CREATE TABLE places (
    pathway_id text COLLATE "C" PRIMARY KEY,
    urgency text NOT NULL,
    since timestamptz NOT NULL,
    group_kind text NOT NULL,
    place json NOT NULL
);

-- Every seat held, now (left_at is null) or before; planned_end only of those held now.
CREATE TABLE seats (
    pathway_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    group_id text COLLATE "C" NOT NULL,
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    ending text CHECK (ending IN ('planned', 'moved', 'closed', 'dropped')),
    planned_end timestamptz,
    PRIMARY KEY (pathway_id, number),
    CHECK ((left_at IS NULL) = (ending IS NULL))
);

CREATE INDEX seats_by_group ON seats (group_id) WHERE left_at IS NULL;

-- Open groups: known is the domain's Group as JSON, as far as matching reads it.
CREATE TABLE groups (
    group_id text COLLATE "C" PRIMARY KEY,
    programme text NOT NULL,
    kind text NOT NULL,
    capacity integer NOT NULL,
    taken integer NOT NULL,
    meetings integer,
    facilitators text[] NOT NULL,
    known json NOT NULL
);

-- What each clinician may do: known is the domain's Qualifications as JSON.
CREATE TABLE staff (
    clinician_id text COLLATE "C" PRIMARY KEY,
    known json NOT NULL
);
