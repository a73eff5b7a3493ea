-- What no longer keeps the log as it is: a constraint or a trigger that a migration made and that is
-- gone or switched off, and a table whose rows PostgreSQL would show among the log's.
SELECT format('the constraint %s of %s is gone', kept.definition, kept.of_table) AS missing
FROM (
    VALUES
        ('events', 'PRIMARY KEY (seq)'),
        ('events', 'UNIQUE (stream_id, version)'),
        ('events', 'UNIQUE (event_id)'),
        ('patient_keys', 'PRIMARY KEY (key_id)'),
        ('patient_keys', 'UNIQUE (stream_id)'),
        ('seal_tiles', 'PRIMARY KEY (level, index)'),
        ('seal_checkpoints', 'PRIMARY KEY (size)')
) AS kept (of_table, definition)
WHERE NOT EXISTS (
    SELECT
    FROM pg_constraint AS c
    WHERE c.conrelid = to_regclass('carepath_log.' || kept.of_table)
        AND pg_get_constraintdef(c.oid) = kept.definition
)
UNION ALL
SELECT format('the trigger %s of %s is gone or switched off', kept.name, kept.of_table)
FROM (
    VALUES
        ('events', 'refuse_rewriting'),
        ('patient_keys', 'refuse_changing_keys'),
        ('patient_keys', 'refuse_losing_keys'),
        ('seal_tiles', 'refuse_deleting'),
        ('seal_tiles', 'refuse_resealing'),
        ('seal_checkpoints', 'refuse_resealing')
) AS kept (of_table, name)
WHERE NOT EXISTS (
    SELECT
    FROM pg_trigger AS t
    WHERE t.tgrelid = to_regclass('carepath_log.' || kept.of_table)
        AND t.tgname = kept.name
        AND t.tgenabled = 'A'
)
UNION ALL
SELECT format('the table %s inherits from %s', i.inhrelid::regclass, i.inhparent::regclass)
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhparent
WHERE c.relnamespace = 'carepath_log'::regnamespace;
