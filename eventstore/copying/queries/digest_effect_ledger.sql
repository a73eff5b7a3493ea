SELECT 1::bigint AS first, count(*) AS held, sha256(string_agg(sha256(convert_to(t::text, 'UTF8')), '' ORDER BY t::text)) AS digest
FROM carepath_log.effect_ledger AS t;
