-- One row a disclosure, given or not. source: the pathway, the request for records about it, or the stream of its reads where a bundle was handed out.
CREATE TABLE disclosures (
    source text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    pathway_id text COLLATE "C" NOT NULL,
    asked_at timestamptz NOT NULL,
    settled_at timestamptz,
    recipient text NOT NULL,
    "to" text,
    what text NOT NULL,
    purpose text NOT NULL,
    outcome text NOT NULL,
    reasons text[] NOT NULL,
    PRIMARY KEY (source, number),
    CHECK ((outcome = 'asked') = (settled_at IS NULL))
);

CREATE INDEX disclosures_of_pathway ON disclosures (pathway_id, asked_at);

CREATE INDEX disclosures_by_time ON disclosures (asked_at, source, number);
