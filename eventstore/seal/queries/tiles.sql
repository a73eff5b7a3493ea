-- $1 and $2 are the levels and the indexes of the tiles, place by place.
SELECT t.level, t.index, t.hashes, t.seqs, t.first_seq, t.last_seq
FROM unnest($1::smallint[], $2::bigint[]) AS wanted (level, index)
JOIN carepath_log.seal_tiles AS t ON t.level = wanted.level AND t.index = wanted.index;
