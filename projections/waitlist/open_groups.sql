-- Each open group with what its facilitators may do: one statement, so that all is of one moment.
SELECT
    groups.group_id,
    groups.known,
    (
        SELECT json_object_agg(staff.clinician_id, staff.known)
        FROM staff
        WHERE staff.clinician_id = ANY (groups.facilitators)
    ) AS staff
FROM groups
ORDER BY groups.group_id;
