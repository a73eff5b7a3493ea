"""Named queries of the seal: the text of `queries/<name>.sql`."""

from pathlib import Path

from eventstore.sql import queries_in

QUERIES = Path(__file__).parent / "queries"

query = queries_in(QUERIES)
