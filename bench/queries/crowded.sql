-- How many of what the pages list.
SELECT
    (SELECT count(*) FROM view_caseload.caseload) AS pathways,
    (SELECT count(*) FROM view_waitlist.places) AS waiting,
    (SELECT count(*) FROM view_groups.groups WHERE status = 'open') AS open_groups,
    (SELECT count(*) FROM view_clinicians.clinicians WHERE status = 'active') AS clinicians,
    (SELECT count(*) FROM view_worklist.items) AS items,
    (SELECT count(*) FROM view_safety.flagged WHERE status = 'open') AS open_escalations,
    (SELECT count(*) FROM view_sessions.sessions) AS sessions,
    (SELECT count(*) FROM view_measures.measures) AS measures;
