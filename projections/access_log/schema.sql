-- One row an event; pathway_id is of one patient, number of many, listed the pathways of those whom a list named. what: the route read, or break_glass where only a reason was given. refused: nothing was read, and why.
CREATE TABLE access_log (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    pathway_id text COLLATE "C",
    subject text COLLATE "C" NOT NULL,
    role text NOT NULL,
    on_behalf_of text,
    what text NOT NULL,
    purpose text,
    times integer NOT NULL,
    number integer,
    break_glass boolean NOT NULL,
    reason text,
    until timestamptz,
    listed text[],
    refused text
);

CREATE INDEX access_log_by_time ON access_log (at, seq);

CREATE INDEX access_log_of_pathway ON access_log (pathway_id, at, seq);

CREATE INDEX access_log_listing ON access_log USING gin (listed) WHERE listed IS NOT NULL;

CREATE INDEX access_log_by_subject ON access_log (subject, at, seq);

CREATE INDEX access_log_broken ON access_log (at, seq) WHERE break_glass;
