"""Named queries: the text of `<folder>/<name>.sql`, so that SQL stands in .sql files only."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"


def queries_in(folder: Path) -> Callable[[str], str]:
    """A function that gives the text of a query of `folder` by its name.

    It raises `LookupError` with the known names if there is none.
    """

    @cache
    def query(name: str) -> str:
        path = folder / f"{name}.sql"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in folder.glob("*.sql")))
            message = f"there is no query {name!r}; there are: {known}"
            raise LookupError(message)
        return path.read_text(encoding="utf-8")

    return query


query = queries_in(QUERIES)
"""The queries of the log itself."""
