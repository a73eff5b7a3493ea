SELECT subject, role, person_name, clinician, id_token, signed_in_at, ends_at
FROM carepath_log.look_up_session($1, $2, $3);
