-- What somebody must do. Names and phases go with the patients' own pathways, in subjects.
CREATE TABLE items (
    entity_id text COLLATE "C" NOT NULL,
    item text COLLATE "C" NOT NULL,
    source text NOT NULL,
    kind text NOT NULL,
    subject_pathway_id text COLLATE "C",
    programme text,
    owner text COLLATE "C" NOT NULL,
    role text NOT NULL,
    opened_at timestamptz,
    due_at timestamptz NOT NULL,
    clock text,
    level text,
    about text,
    why text NOT NULL,
    PRIMARY KEY (entity_id, item)
);

CREATE INDEX items_by_due ON items (due_at, entity_id, item);

CREATE INDEX items_by_owner ON items (owner, due_at, entity_id, item);

CREATE INDEX items_by_source ON items (source, due_at, entity_id, item);

CREATE INDEX items_by_kind ON items (kind, due_at, entity_id, item);

CREATE INDEX items_of_subject ON items (subject_pathway_id, due_at)
WHERE subject_pathway_id IS NOT NULL;

CREATE TABLE subjects (
    pathway_id text COLLATE "C" PRIMARY KEY,
    patient_name text NOT NULL,
    programme text,
    phase text,
    status text NOT NULL,
    risk text
);
