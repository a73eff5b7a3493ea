SELECT level, index, hashes FROM carepath_log.seal_tiles WHERE level > 0;
