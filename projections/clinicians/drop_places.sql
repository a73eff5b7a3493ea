DELETE FROM places
USING unnest($1::text[], $2::integer[]) AS gone (on_call_id, place)
WHERE places.on_call_id = gone.on_call_id AND places.place = gone.place;
