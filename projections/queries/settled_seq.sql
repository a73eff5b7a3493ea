SELECT settled_seq FROM carepath_log.watermark;
