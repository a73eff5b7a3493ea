"""Who the patients are: names for the rows of other entities that are about them."""
