-- One row a clinician.
CREATE TABLE clinicians (
    clinician_id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    status text NOT NULL,
    since timestamptz,
    programme text,
    npi text,
    roles text[] NOT NULL,
    caseload integer NOT NULL,
    capacity integer,
    patients text[] NOT NULL,
    groups text[] NOT NULL,
    on_call text[] NOT NULL
);

CREATE INDEX clinicians_by_name ON clinicians (name, clinician_id);

-- Every period in which a credential or a licence holds or held.
CREATE TABLE qualifications (
    clinician_id text COLLATE "C" NOT NULL,
    period integer NOT NULL,
    what text NOT NULL CHECK (what IN ('credential', 'licence')),
    of text NOT NULL,
    number text NOT NULL,
    since date NOT NULL,
    until date NOT NULL,
    revoked boolean NOT NULL,
    PRIMARY KEY (clinician_id, period)
);

CREATE INDEX qualifications_by_end ON qualifications (until, clinician_id, period);

-- Who is called, in order.
CREATE TABLE places (
    on_call_id text COLLATE "C" NOT NULL,
    place integer NOT NULL,
    clinician_id text COLLATE "C" NOT NULL,
    supervisor boolean NOT NULL,
    PRIMARY KEY (on_call_id, place)
);

-- Who stands in for whom, from since on and before until.
CREATE TABLE stand_ins (
    on_call_id text COLLATE "C" NOT NULL,
    stand_in integer NOT NULL,
    absent text COLLATE "C" NOT NULL,
    instead text COLLATE "C" NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (on_call_id, stand_in)
);
