"""What docs/feeds.md says to receivers is true: its check is run as it is written there."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from activities.feeds.call import LONGEST_WAIT, PATIENCE, TRIES
from activities.feeds.trial import TRIAL
from tests.activities.web_server import Asked
from tests.feeds.given import SECRET, Clinic, written
from web.feed import LONGEST_WAIT as LONGEST_POLL
from web.feed import NEXT
from web.rights.sight import SIGHTS

PAGE = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text(encoding="utf-8")
OURS = [written(SECRET)]

Check = Callable[..., dict[str, Any] | None]


@pytest.fixture
def check() -> Check:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(code.strip().splitlines()) <= 17
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - what the page tells others to run
    checking: Check = names["check"]
    return checking


@pytest.fixture
async def asked(clinic: Clinic) -> Asked:
    await clinic.referred()
    await clinic.subscribe(sees=["read_patient"])
    await clinic.send()
    return clinic.web.asked[0]


async def test_what_is_sent_is_genuine(check: Check, asked: Asked) -> None:
    assert check(asked.headers, asked.body, OURS, set()) == asked.json
    assert check(asked.headers, asked.body, [written(bytes(32)), *OURS], set()) == asked.json


async def test_what_was_changed_is_refused(check: Check, asked: Asked) -> None:
    for headers, body, secrets in (
        (asked.headers, asked.body + b" ", OURS),
        (asked.headers, asked.body, [written(bytes(32))]),
        ({**asked.headers, "webhook-id": "another"}, asked.body, OURS),
        ({**asked.headers, "webhook-signature": "v1,"}, asked.body, OURS),
        ({**asked.headers, "webhook-timestamp": str(int(time.time()) + 1)}, asked.body, OURS),
    ):
        with pytest.raises(ValueError, match="signed by nobody"):
            check(headers, body, secrets, set())


async def test_what_is_replayed_is_refused_late_and_known_early(
    check: Check, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check(asked.headers, asked.body, OURS, {asked.json["id"]}) is None
    an_hour_on = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: an_hour_on)
    with pytest.raises(ValueError, match="too old"):
        check(asked.headers, asked.body, OURS, set())


def test_figures_and_words_are_those_of_the_code() -> None:
    assert f"{TRIES} times in a row" in PAGE
    assert f"2xx within {PATIENCE.seconds} s" in PAGE
    assert LONGEST_WAIT.total_seconds() == 3600
    assert f"if there is nothing, {LONGEST_POLL} at most" in PAGE
    assert f"`{NEXT}`" in PAGE
    assert f"`{TRIAL}`" in PAGE
    assert [one for one in SIGHTS if f"`{one}`" not in PAGE] == []
