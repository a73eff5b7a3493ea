DELETE FROM groups WHERE group_id = ANY ($1::text[]);
