-- One row a pathway.
CREATE TABLE caseload (
    pathway_id text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL,
    programme text,
    phase text,
    phase_entered_at timestamptz,
    status text NOT NULL,
    urgency text,
    state text,
    payer text,
    patient_name text,
    birth_date date,
    referred_at timestamptz,
    next_due_at timestamptz,
    open_tasks integer NOT NULL,
    missed_in_a_row integer NOT NULL,
    planned_end timestamptz,
    discharged_for text,
    last_event_at timestamptz NOT NULL,
    therapist text
) WITH (fillfactor = 80);

CREATE INDEX caseload_by_due
ON caseload (coalesce(next_due_at, timestamptz 'infinity'), pathway_id);
