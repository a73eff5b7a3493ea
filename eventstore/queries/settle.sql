SELECT settled, pending FROM carepath_log.settle();
