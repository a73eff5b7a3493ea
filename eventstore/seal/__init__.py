"""The seal: a signed Merkle tree over the settled log, by which nobody can rewrite it unseen."""
