"""The worklist: everything that somebody must do, over all kinds of entities."""
