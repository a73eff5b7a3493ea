"""The API's own queries: the text of `queries/<name>.sql`."""

from functools import cache
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"


@cache
def query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
