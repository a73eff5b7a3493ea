"""Named queries of the views: the text of `queries/<name>.sql`, and of a view's own folder."""

from pathlib import Path

from eventstore.sql import queries_in

__all__ = ("queries_in", "query")

query = queries_in(Path(__file__).parent / "queries")
