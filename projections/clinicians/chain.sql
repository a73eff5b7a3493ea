-- The places of a list, each with the clinician's name and with who stands in for them, and when.
SELECT
    places.place,
    places.supervisor,
    places.clinician_id,
    coalesce(
        json_agg(
            json_build_object(
                'absent', stand_ins.absent,
                'instead', stand_ins.instead,
                'since', stand_ins.since,
                'until', stand_ins.until
            )
            ORDER BY stand_ins.stand_in
        ) FILTER (WHERE stand_ins.stand_in IS NOT NULL),
        '[]'
    ) AS stand_ins
FROM places
LEFT JOIN stand_ins
    ON stand_ins.on_call_id = places.on_call_id AND stand_ins.absent = places.clinician_id
WHERE places.on_call_id = $1
GROUP BY places.place, places.supervisor, places.clinician_id
ORDER BY places.place;
