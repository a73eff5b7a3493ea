"""Named queries of the export: the text of `queries/<name>.sql`."""

from pathlib import Path

from eventstore.sql import queries_in

query = queries_in(Path(__file__).parent / "queries")
