-- The clinic so many times over, in the views alone: each copy has its own patients, groups and
-- clinicians, who belong together as the first ones do. Instants of patients lie some minutes apart.
-- What is read one entity at a time (timelines, folded states) is not copied, nor are on-call lists.
DO $$
DECLARE
    filled record;
BEGIN
    FOR filled IN
        SELECT
            c.table_schema,
            c.table_name,
            string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position) AS names,
            string_agg(
                CASE
                    WHEN c.column_name ~ '_(id|by)$|^(owner|therapist|about|responsible|facilitators|clinicians|patients|groups|known|place)$'
                        THEN format(
                            'regexp_replace(%1$I::text, ''((pathway|group|clinician|escalation|request)-)[0-9a-f]{8}'', '
                            '''\1'' || left(md5(n::text), 8), ''g'')::%2$s',
                            c.column_name,
                            CASE c.data_type WHEN 'ARRAY' THEN 'text[]' ELSE c.data_type END
                        )
                    WHEN c.data_type = 'timestamp with time zone' AND c.table_schema <> 'view_groups'
                        THEN format('%1$I - n * interval ''7 minutes''', c.column_name)
                    ELSE quote_ident(c.column_name)
                END,
                ', ' ORDER BY c.ordinal_position
            ) AS contents
        FROM information_schema.columns AS c
        WHERE
            c.table_schema IN (
                'view_caseload', 'view_worklist', 'view_safety', 'view_funnel', 'view_outcomes',
                'view_measures', 'view_sessions', 'view_waitlist', 'view_groups', 'view_clinicians'
            )
            AND c.table_name <> 'folded'
            AND (c.table_schema, c.table_name) NOT IN (
                ('view_clinicians', 'places'), ('view_clinicians', 'stand_ins')
            )
            AND c.is_generated = 'NEVER'
        GROUP BY c.table_schema, c.table_name
    LOOP
        EXECUTE format(
            'INSERT INTO %1$I.%2$I (%3$s) SELECT %4$s FROM %1$I.%2$I, generate_series(1, COPIES) AS n '
            'ON CONFLICT DO NOTHING',
            filled.table_schema, filled.table_name, filled.names, filled.contents
        );
    END LOOP;
END
$$
