"""Benchmarks: carepath beside what it could be replaced by, in one run on one server."""
