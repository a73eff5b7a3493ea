-- Whether this login may call the function that seals.
SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE'))
FROM pg_proc AS p
WHERE p.pronamespace = 'carepath_log'::regnamespace AND p.proname IN ('seal', 'note_anchoring');
