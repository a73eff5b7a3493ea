"""What nobody foresaw: people get a page, programs JSON, and both the number that the log has."""

import json
import re

import pytest
import structlog

from tests.web.api import Api
from tests.web.entities import EntitiesHere

UNTOLD = "Avery Sample, born 1990-04-02"
COMMAND = "/api/entities/pathway-00000000-0000-8000-8000-000000000000/commands"
A_BROWSER = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def failing(entities: EntitiesHere) -> None:
    entities.failing = RuntimeError(UNTOLD)


@pytest.mark.usefixtures("failing")
async def test_a_person_gets_a_page_with_the_number_that_the_log_has(api: Api) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = await api.post(
            COMMAND, content=json.dumps({"command": "resume"}), headers=A_BROWSER
        )

    (told,) = [one for one in logged if one["event"] == "request failed"]
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert "Go to the first page" in answer.text
    assert "</html>" in answer.text
    assert told["request"] in answer.text
    assert UNTOLD not in answer.text + str(logged)


@pytest.mark.usefixtures("failing")
async def test_a_program_gets_json_with_the_number(api: Api) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = await api.post(COMMAND, content=json.dumps({"command": "resume"}))

    error = answer.json()["error"]
    assert answer.status_code == 500
    assert error["code"] == "internal"
    assert error["request"] == logged[-1]["request"]
    assert re.search(error["request"], error["message"])


@pytest.mark.usefixtures("failing")
async def test_whoever_asks_is_answered_even_if_the_page_of_the_error_fails(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(api.app.state, "clinics")

    answer = await api.post(COMMAND, content=json.dumps({"command": "resume"}), headers=A_BROWSER)

    assert answer.status_code == 500
    assert answer.json()["error"]["request"]
