DELETE FROM disclosures
USING unnest($1::text[], $2::integer[]) AS gone (source, number)
WHERE disclosures.source = gone.source AND disclosures.number = gone.number;
