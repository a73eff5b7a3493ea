-- Gives every list of the views so many copies of each patient's rows, under ids of their own.
-- What is read one patient at a time (timelines, folded states, seats of one group) stays as it is.
DO $$
DECLARE
    list record;
BEGIN
    FOR list IN
        SELECT
            c.table_schema,
            c.table_name,
            string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position) AS names,
            string_agg(
                CASE
                    WHEN c.column_name IN ('pathway_id', 'entity_id', 'subject_id') THEN format(
                        'CASE WHEN %1$I LIKE ''pathway-%%'' THEN ''pathway-'' || md5(%1$I || n)::uuid ELSE %1$I END',
                        c.column_name
                    )
                    ELSE quote_ident(c.column_name)
                END,
                ', ' ORDER BY c.ordinal_position
            ) AS contents
        FROM information_schema.columns AS c
        WHERE
            c.table_schema IN (
                'view_caseload', 'view_worklist', 'view_safety', 'view_funnel',
                'view_outcomes', 'view_measures', 'view_sessions', 'view_waitlist'
            )
            AND c.table_name NOT IN ('folded', 'groups', 'staff', 'seats')
            AND c.is_generated = 'NEVER'
        GROUP BY c.table_schema, c.table_name
    LOOP
        EXECUTE format(
            'INSERT INTO %1$I.%2$I (%3$s) SELECT %4$s FROM %1$I.%2$I, generate_series(1, COPIES) AS n '
            'ON CONFLICT DO NOTHING',
            list.table_schema, list.table_name, list.names, list.contents
        );
    END LOOP;
END
$$
