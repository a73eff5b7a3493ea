-- Who is signed in. A session is known by the SHA-256 of what the browser holds, so that whoever
-- reads this table can act as nobody. It holds nothing about patients and is no part of the log's
-- history: what people do is recorded with each event, and what they read as events of its own.
CREATE TABLE carepath_log.sessions (
    id bytea PRIMARY KEY CHECK (octet_length(id) = 32),
    subject text NOT NULL,
    role text NOT NULL,
    person_name text,
    clinician text,
    id_token text,
    signed_in_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);

CREATE INDEX sessions_of_subject ON carepath_log.sessions (subject);
CREATE INDEX sessions_by_end ON carepath_log.sessions (ends_at);
