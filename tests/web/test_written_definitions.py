"""A definition is judged alike at every door: as a file, in a form and in a request."""

from typing import Any

import pytest
import yaml

from tests.web.api import Api
from web.written.definitions import NotADefinition, Problem, read_document, read_text


def test_text_and_document_have_the_same_problems_and_only_text_has_lines(
    definition: dict[str, Any],
) -> None:
    definition["policies"]["groups"]["facilitators"] = 1
    definition["policies"]["adult_agee"] = definition["policies"].pop("adult_age")
    text = yaml.safe_dump(definition, sort_keys=False)
    with pytest.raises(NotADefinition) as of_text:
        read_text(text)
    with pytest.raises(NotADefinition) as of_document:
        read_document(definition)
    assert said(of_text.value.problems) == said(of_document.value.problems)
    lines = [text.splitlines()[one.line - 1].strip() for one in of_text.value.problems]
    assert "adult_agee: 18" in lines


async def test_a_back_test_refuses_what_publishing_refuses(
    api: Api, definition: dict[str, Any]
) -> None:
    definition["policies"]["groups"]["facilitators"] = 1
    with api.acting_as("auditor"):
        answer = await api.post("/api/audit/backtest", json=definition)
    assert answer.status_code == 400
    (reason,) = answer.json()["error"]["reasons"]
    assert reason["code"] == "too_few"
    assert reason["message"].startswith("policies.groups.facilitators: ")


def said(problems: list[Problem]) -> set[tuple[str, str]]:
    return {(one.code, str(one)) for one in problems}
