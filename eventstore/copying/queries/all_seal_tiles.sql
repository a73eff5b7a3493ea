SELECT * FROM carepath_log.seal_tiles
