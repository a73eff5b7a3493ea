DELETE FROM stand_ins
USING unnest($1::text[], $2::integer[]) AS gone (on_call_id, stand_in)
WHERE stand_ins.on_call_id = gone.on_call_id AND stand_ins.stand_in = gone.stand_in;
