"""0 done, 1 refused or false, 2 bad usage, 3 unavailable; one JSON document on standard output."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.journeys.clinic import Clinic
from tests.journeys.installation import Installation

NOBODY = f"pathway-{uuid4()}"

NEED_A_STACK = (
    ("submit", NOBODY, "pause"),
    ("show", NOBODY),
    ("permitted", NOBODY),
    ("audit", "replay"),
    ("views", "list"),
    ("views", "check"),
    ("views", "rebuild", "caseload"),
    ("views", "show", "caseload"),
    ("programmes", "list"),
    ("programmes", "diff", "mbt-g@1", "mbt-g@2"),
    ("recover",),
    ("demo",),
)


@pytest.mark.long
@pytest.mark.parametrize("command", NEED_A_STACK, ids=" ".join)
async def test_without_a_stack_each_command_is_3_and_says_how_to_start_one(
    folder: Path, command: tuple[str, ...]
) -> None:
    ended = await Installation(folder / "data").run(*command, "--json")
    assert (ended.code, ended.document["error"]["code"]) == (3, "unavailable")
    assert "carepath up --data-dir" in ended.document["error"]["message"]
    assert f"no carepath runs on {folder / 'data'}" in ended.err
    assert f"carepath up --data-dir {folder / 'data'}" in ended.err
    assert "Traceback" not in ended.err


Answered = tuple[tuple[int, tuple[str, ...]], ...]

SHORT: Answered = (
    (0, ("views", "show", "caseload")),
    (0, ("recover",)),
    (0, ("doctor",)),
    (1, ("audit", "replay", NOBODY)),
    (1, ("submit", NOBODY, "resume")),
)

MORE: Answered = (
    (0, ("views", "list")),
    (0, ("views", "rebuild", "caseload")),
    (0, ("programmes", "list")),
    (1, ("show", NOBODY)),
    (1, ("permitted", NOBODY)),
    (1, ("views", "check", "nothing")),
)


@pytest.mark.parametrize("answered", [SHORT, pytest.param(MORE, marks=pytest.mark.long)])
async def test_every_answer_is_one_document_and_nothing_else(
    clinic: Clinic, answered: Answered
) -> None:
    run = clinic.installation.run
    ends = await asyncio.gather(*(run(*command, "--json") for _, command in answered))
    for (code, command), ended in zip(answered, ends, strict=True):
        assert (ended.code, ended.err) == (code, ""), (command, ended)
        assert isinstance(ended.document, dict), command


async def test_bad_usage_is_2_and_no_document_where_none_was_asked_for(folder: Path) -> None:
    ended = await Installation(folder / "data").run("show", NOBODY, "--no-such-option")
    assert (ended.code, ended.out) == (2, "")
    assert "No such option" in ended.err


async def test_a_refused_command_is_1_with_every_reason(clinic: Clinic) -> None:
    ended = await clinic.installation.run("submit", clinic.pathways[0], "resume", "--json")
    assert ended.code == 1
    assert ended.document["accepted"] is False
    assert all(one["code"] and one["message"] for one in ended.document["reasons"])


async def test_ids_can_be_copied_from_what_people_see(clinic: Clinic) -> None:
    carepath = clinic.installation
    for command in (("views", "show", "caseload"), ("audit", "replay")):
        seen = (await carepath.run(*command)).out.split()
        assert set(clinic.pathways) <= set(seen), command
    shown = await carepath.run("show", clinic.pathways[0])
    assert clinic.pathways[0] in shown.out.split()
    assert shown.err == ""


async def test_the_doctor_names_what_is_broken(folder: Path) -> None:
    healthy = Installation(folder / "data")
    assert (await healthy.ask("doctor"))["ok"]
    in_the_way = folder / "file"
    in_the_way.write_text("not a folder")
    broken = await Installation(in_the_way / "data").ask("doctor", code=1)
    assert "folder" in {one["check"] for one in broken["findings"] if not one["ok"]}
    assert json.dumps(broken).count(str(in_the_way)) > 0
