-- Every stay in a phase. outcome: moved_on, closed, or the reason of the discharge that ended it.
CREATE TABLE stays (
    pathway_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    programme text NOT NULL,
    phase text NOT NULL,
    entered_at timestamptz NOT NULL,
    left_at timestamptz,
    next_phase text,
    outcome text,
    referred_at timestamptz NOT NULL,
    PRIMARY KEY (pathway_id, number)
);

CREATE INDEX stays_by_referral ON stays (programme, referred_at) WHERE number = 1;

CREATE INDEX stays_by_phase ON stays (programme, phase, left_at);

-- Every time on the waitlist.
CREATE TABLE waits (
    pathway_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    programme text NOT NULL,
    group_kind text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    outcome text CHECK (outcome IN ('seated', 'left')),
    PRIMARY KEY (pathway_id, number),
    CHECK ((until IS NULL) = (outcome IS NULL))
);

CREATE INDEX waits_by_kind ON waits (programme, group_kind, until);
