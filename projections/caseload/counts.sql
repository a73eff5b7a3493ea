SELECT phase, status, count(*) AS pathways FROM caseload GROUP BY phase, status ORDER BY phase, status;
