"""The loader of named queries."""

import re
from pathlib import Path

import pytest

import audit
from eventstore.seal.sql import QUERIES as SEALS
from eventstore.sql import QUERIES, queries_in, query

AUDIT = Path(audit.__file__).parent


def test_a_query_is_the_text_of_its_file() -> None:
    assert query("settle") == "SELECT settled, pending FROM carepath_log.settle();\n"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"no query 'reed_stream'; there are: .*read_stream"):
        query("reed_stream")


def test_a_folder_of_ones_own_is_read_by_the_same_loader(tmp_path: Path) -> None:
    (tmp_path / "count.sql").write_text("SELECT 1;")
    mine = queries_in(tmp_path)
    assert mine("count") == "SELECT 1;"
    with pytest.raises(LookupError, match="no query 'settle'; there are: count"):
        mine("settle")


def test_every_query_reads_the_log_s_own_table_and_none_that_inherits_from_it() -> None:
    """Rows of such a table would be shown among the log's, though nobody appended them."""
    house = QUERIES.parent.parent
    files = [
        file
        for layer in ("eventstore", "projections", "activities", "audit", "web", "workers")
        for file in (house / layer).rglob("queries/**/*.sql")
    ]
    read = {
        file.name: re.findall(r"(?:FROM|JOIN)\s+(ONLY\s+)?carepath_log\.events\b", file.read_text())
        for file in files
    }
    assert sum(map(len, read.values())) > 30
    assert [name for name, only in read.items() if not all(only)] == []


@pytest.mark.parametrize(
    ("queries", "code"), [(QUERIES, [QUERIES.parent]), (SEALS, [SEALS.parent, AUDIT])]
)
def test_every_file_is_used_and_every_name_has_a_file(queries: Path, code: list[Path]) -> None:
    """Of the auditors' code only what asks by this folder's loader."""
    own, *others = ([path.read_text() for path in folder.glob("*.py")] for folder in code)
    asking = [one for texts in others for one in texts if "eventstore.seal.sql import" in one]
    text = "\n".join(own + asking)
    used = set(re.findall(r'\b(?:query|_number)\(\s*"(\w+)"', text))
    assert used == {path.stem for path in queries.glob("*.sql")}
