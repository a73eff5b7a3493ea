"""Views whose rows follow from folded entities: the one way to make them."""
