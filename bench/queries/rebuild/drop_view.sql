DROP TABLE IF EXISTS caseload_of_runner, caseload_of_runner_tracking;
