-- Rows of other entities that are about a patient are joined with this one: so nobody is named
-- in two places, and the name goes with the patient's pathway.
CREATE TABLE patients (
    pathway_id text COLLATE "C" PRIMARY KEY,
    patient_name text NOT NULL
);
