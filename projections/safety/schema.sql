-- One row an escalation; open ones have something due, those that a person resolved have not.
CREATE TABLE flagged (
    escalation_id text COLLATE "C" PRIMARY KEY,
    pathway_id text COLLATE "C" NOT NULL,
    programme text NOT NULL,
    level text NOT NULL,
    status text NOT NULL,
    source text NOT NULL,
    flags integer NOT NULL,
    opened_at timestamptz NOT NULL,
    flagged_at timestamptz NOT NULL,
    acknowledge_by timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    responsible text,
    contact_by timestamptz,
    contacted_at timestamptz,
    visit_by timestamptz,
    visited_at timestamptz,
    resolve_by timestamptz,
    resolved_at timestamptz,
    due_at timestamptz,
    attempts integer NOT NULL,
    overdue text[] NOT NULL,
    formulated text,
    disposition text,
    plan_reviewed integer
);

CREATE INDEX flagged_by_due
ON flagged (coalesce(due_at, timestamptz 'infinity'), escalation_id) WHERE status = 'open';

CREATE INDEX flagged_by_end ON flagged (resolved_at, escalation_id) WHERE status = 'resolved';

CREATE INDEX flagged_by_pathway ON flagged (pathway_id, opened_at);
