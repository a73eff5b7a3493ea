"""Disclosure bundles: what of the log is handed to somebody, with the means to check it alone."""
