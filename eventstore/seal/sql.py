"""Named queries of the seal: the text of `queries/<name>.sql`."""

from functools import cache
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"


@cache
def query(name: str) -> str:
    """The text of the named query. Raises `LookupError` with the known names if there is none."""
    path = QUERIES / f"{name}.sql"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in QUERIES.glob("*.sql")))
        message = f"there is no query {name!r}; there are: {known}"
        raise LookupError(message)
    return path.read_text(encoding="utf-8")
