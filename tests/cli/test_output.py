"""What goes to standard output, and how often."""

import json

import pytest

from cli import output
from cli.output import Exit


def test_what_fails_after_its_document_prints_no_second_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.begin()
    output.document({"url": "http://127.0.0.1:8600"})

    code = output.fail("the stack was lost", Exit.UNAVAILABLE, json=True)

    said = capsys.readouterr()
    assert code == Exit.UNAVAILABLE
    assert json.loads(said.out) == {"url": "http://127.0.0.1:8600"}
    assert "the stack was lost" in said.err


def test_each_run_prints_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        output.begin()
        output.fail("not now", Exit.REFUSED, json=True)
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "refused"
