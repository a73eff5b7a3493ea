"""The loader of named queries."""

import re

import pytest

from eventstore.sql import QUERIES, query


def test_a_query_is_the_text_of_its_file() -> None:
    assert query("settle") == "SELECT settled, pending FROM carepath_log.settle();\n"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"no query 'reed_stream'; there are: .*read_stream"):
        query("reed_stream")


def test_every_file_is_used_and_every_name_has_a_file() -> None:
    code = "\n".join(path.read_text() for path in QUERIES.parent.glob("*.py"))
    used = set(re.findall(r'(?:query|_number)\("(\w+)"\)', code))
    assert used == {path.stem for path in QUERIES.glob("*.sql")}
