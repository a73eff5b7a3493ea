"""Views whose rows follow from single events: each adds its rows, and nothing is kept beside."""
