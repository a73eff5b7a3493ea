"""Programme definitions: their model, and the shipped ones as data."""
