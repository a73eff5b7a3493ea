DELETE FROM flagged WHERE escalation_id = ANY ($1::text[]);
