"""A shipped programme that could not be published: what to do depends on who refused it."""

from pathlib import Path

import pytest

from workers.embedded.errors import ProgrammesRefused

LOGS = Path("logs")


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (409, "needs the next version number"),
        (503, "the worker does not answer; its log logs/worker.log says why"),
        (500, "the API's log logs/web.log says why"),
    ],
)
def test_the_advice_follows_the_answer(status: int, advice: str) -> None:
    said = str(ProgrammesRefused("mbt-g", status, LOGS))
    assert said.endswith(advice)
    assert ("version number" in said) == (status == 409)
