-- One row for each measure of each occasion, planned, asked for, answered or not.
-- Scores are those of the events, and so is all that is said of change: no rule stands here.
CREATE TABLE measures (
    pathway_id text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    occasion text COLLATE "C" NOT NULL,
    programme text,
    standing text NOT NULL CHECK (
        standing IN ('planned', 'due', 'overdue', 'answered', 'expired', 'given_up')
    ),
    due_at timestamptz,
    expires_at timestamptz,
    overdue_at timestamptz,
    overdue boolean NOT NULL,
    taken_at timestamptz,
    phase text,
    score float8,
    band text,
    missing_items text,
    findings text[] NOT NULL,
    flags text[] NOT NULL,
    baseline float8,
    change float8,
    change_class text,
    below_cut_off boolean,
    responded boolean,
    reliable float8,
    cut_off float8,
    response float8,
    corrected boolean NOT NULL,
    PRIMARY KEY (pathway_id, measure, occasion),
    CHECK ((standing = 'answered') = (taken_at IS NOT NULL)),
    CHECK ((taken_at IS NULL) = (score IS NULL))
);

CREATE INDEX measures_by_due ON measures (due_at, pathway_id, measure)
WHERE standing IN ('due', 'overdue');

-- Change is told of whole programmes, from this index alone. That the programme of nearly every row
-- is the one asked for, the planner knows from the statistics, and could not guess.
CREATE INDEX measures_changed ON measures (measure, pathway_id, taken_at DESC)
INCLUDE (programme, change_class, below_cut_off, responded)
WHERE change IS NOT NULL;

CREATE STATISTICS measures_of_programme ON (split_part(programme, '@', 1)) FROM measures;
