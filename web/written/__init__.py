"""Programme definitions as people write them, with the place of everything that is wrong."""
