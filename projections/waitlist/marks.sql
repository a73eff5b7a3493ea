-- What tells whether any row of the view is another than before: the view drops and adds the rows
-- that differ and no others, so a row that stays keeps the transaction that wrote it.
SELECT
    (SELECT sum(hashtextextended(pathway_id || ' ' || xmin::text, 0)) FROM places)::text AS places,
    (SELECT sum(hashtextextended(group_id || ' ' || xmin::text, 0)) FROM groups)::text AS groups,
    (SELECT sum(hashtextextended(clinician_id || ' ' || xmin::text, 0)) FROM staff)::text AS staff,
    (SELECT sum(hashtextextended(pathway_id || ' ' || number || ' ' || xmin::text, 0)) FROM seats)::text
        AS seats;
