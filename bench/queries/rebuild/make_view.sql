CREATE TABLE caseload_of_runner (
    pathway_id text PRIMARY KEY,
    phase text,
    status text NOT NULL,
    patient_name text,
    next_due_at timestamptz,
    open_tasks integer NOT NULL,
    missed_in_a_row integer NOT NULL,
    state json NOT NULL
);
