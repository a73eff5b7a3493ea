"""The commands over the API: documents, exit codes, and sentences for people."""

import json
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.carepath import Carepath
from tests.cli.taken_in import NOBODY, SHIPPED, opened
from tests.web.api import as_auditors_see
from tests.web.entities import EntitiesHere
from workers.embedded.ports import any_free_port
from workflows.client import Busy, Unreachable

NOW = "2026-11-23T15:00:00Z"
COMMAND_ID = str(uuid4())


async def test_a_command_is_submitted_from_text_file_and_standard_input(
    clinic: Carepath, tmp_path: Path
) -> None:
    pathway = await opened(clinic, tmp_path)
    data = json.dumps({"consent": "treatment", "document_version": "1", "given_at": NOW})
    (tmp_path / "data").write_text(data)

    ends = [
        await clinic("submit", pathway, "give_consent", "--data", data, "--json"),
        await clinic("submit", pathway, "give_consent", "--data", f"@{tmp_path / 'data'}"),
        await clinic("submit", pathway, "give_consent", "--data", "-", said=data),
    ]

    assert [one.code for one in ends] == [0, 0, 0], [one.err for one in ends]
    assert ends[0].document["accepted"] is True
    assert ends[0].document["events"] == ["pathway.consent_given"]
    assert "version" in ends[1].out


async def test_the_same_command_id_gives_the_same_receipt(clinic: Carepath, tmp_path: Path) -> None:
    pathway = await opened(clinic, tmp_path)
    command = ("submit", pathway, "discharge", "--data", '{"reason": "patient_withdrew"}')

    again = [await clinic(*command, "--command-id", COMMAND_ID, "--json") for _ in range(2)]

    assert [one.code for one in again] == [0, 0]
    assert again[0].document["version"] == again[1].document["version"]


async def test_a_command_to_a_new_entity_tells_its_id(clinic: Carepath) -> None:
    data = json.dumps({"programme": "mbt-g@1", "name": "Robin Sample"})

    begun = await clinic("submit", "clinician-new", "register", "--data", data, "--json")
    shown = await clinic("show", begun.document["entity_id"], "--json")
    nothing = await clinic("show", "clinician-new")

    assert (begun.code, shown.code, nothing.code) == (0, 0, 2)
    assert shown.document["state"]["name"] == "Robin Sample"


async def test_a_refused_command_ends_with_its_reasons(clinic: Carepath, tmp_path: Path) -> None:
    pathway = await opened(clinic, tmp_path)

    document = await clinic("submit", pathway, "resume", "--json")
    sentence = await clinic("submit", pathway, "resume")

    assert (document.code, sentence.code) == (1, 1)
    assert document.document["accepted"] is False
    assert document.document["reasons"][0]["code"] == "not_paused"
    assert "not paused" in sentence.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("submit", "pathway-7", "resume"),
        ("submit", "pathway-7; DROP", "resume"),
        ("show", "pathway-00000000"),
        ("permitted", "patient-1"),
        ("submit", NOBODY, "resume", "--data", "{"),
        ("submit", NOBODY, "resume", "--data", "[]"),
        ("submit", NOBODY, "resume", "--data", "@nowhere"),
        ("submit", NOBODY, "resume", "--command-id", "7"),
        ("submit", NOBODY, "resume", "--data", '{"a b": 1}'),
        ("show", NOBODY, "--as-of", "yesterday"),
        ("views", "rebuild", "../health"),
        ("views", "show", "nothing"),
        ("views", "show", "caseload", "--phase", "nope"),
        ("views", "show", "caseload", "--status", "nope"),
        ("refer", ""),
        ("programmes", "publish", "nowhere.yaml"),
        ("refer",),
    ],
)
async def test_bad_usage_is_a_sentence_and_exit_code_2(
    built: Carepath, arguments: tuple[str, ...]
) -> None:
    ended = await built(*arguments)
    document = await built(*arguments, "--json")

    assert (ended.code, ended.out) == (2, ""), ended.err
    assert "Traceback" not in ended.err
    assert ended.err
    assert (document.code, set(document.document)) == (2, {"error"})
    assert document.document["error"]["code"] == "usage"
    assert document.document["error"]["message"] in document.err


async def test_a_phase_that_there_is_not_is_told_with_those_that_there_are(
    built: Carepath,
) -> None:
    phase = await built("views", "show", "caseload", "--phase", "nope")
    status = await built("views", "show", "caseload", "--status", "nope")

    assert "assessment, psychoeducation, introduction" in phase.err
    assert "open, paused, transferred, closed" in status.err


async def test_a_refusal_that_is_told_by_the_command_itself_is_a_document_as_well(
    clinic: Carepath,
) -> None:
    ended = await clinic("programmes", "diff", "mbt-g@1", "mbt-g@99", "--json")

    assert (ended.code, ended.document["error"]["code"]) == (1, "refused")
    assert "mbt-g@99" in ended.document["error"]["message"]


@pytest.mark.parametrize("command", ["show", "permitted"])
async def test_an_unknown_entity_is_refused(clinic: Carepath, command: str) -> None:
    ended = await clinic(command, NOBODY, "--json")

    assert ended.code == 1
    assert ended.document["error"]["reasons"][0]["code"] == "unknown_entity"
    submitted = await clinic("submit", NOBODY, "resume", "--json")
    assert submitted.document["reasons"][0]["code"] == "unknown_entity"


async def test_an_entity_is_shown_as_a_document_and_to_people(
    clinic: Carepath, tmp_path: Path
) -> None:
    pathway = await opened(clinic, tmp_path)

    shown = (await clinic("show", pathway, "--json")).document
    before = (await clinic("show", pathway, "--known-at", "2020-01-01", "--json")).document
    replayed = (await clinic("audit", "replay", pathway, "--json")).document
    human = await clinic("show", pathway)
    transitions = await clinic("permitted", pathway)

    assert replayed == as_auditors_see(shown)
    assert "Sample" in str(shown)
    assert "Sample" not in str(replayed)
    assert before["state"] is None
    assert "pathway.referred" in human.out
    assert "enter_phase" in transitions.out


async def test_a_wrong_token_is_told(clinic: Carepath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREPATH_TOKEN", "wrong")

    ended = await clinic("views", "list")

    assert ended.code == 2
    assert "token" in ended.err


@pytest.mark.parametrize("failing", [Busy("x"), Unreachable("x")])
async def test_what_is_unavailable_says_how_to_send_it_again(
    clinic: Carepath, tmp_path: Path, entities: EntitiesHere, failing: Exception
) -> None:
    pathway = await opened(clinic, tmp_path)
    entities.failing = failing

    ended = await clinic("submit", pathway, "resume", "--json")

    assert (ended.code, ended.document["error"]["code"]) == (3, "unavailable")
    assert "--command-id" in ended.document["error"]["message"]
    assert "--command-id" in ended.err


COMMANDS = [
    ("refer", str(SHIPPED)),
    ("submit", NOBODY, "resume"),
    ("show", NOBODY),
    ("permitted", NOBODY),
    ("views", "list"),
    ("views", "check"),
    ("recover",),
    ("audit", "replay"),
    ("programmes", "list"),
    ("programmes", "publish", str(SHIPPED)),
]


@pytest.mark.parametrize("command", COMMANDS)
async def test_without_a_running_stack_it_says_how_to_start_one(
    carepath: Carepath,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: tuple[str, ...],
) -> None:
    monkeypatch.delenv("CAREPATH_URL")

    ended = await carepath(*command, "--data-dir", str(tmp_path / "none"), "--json")

    assert (ended.code, ended.document["error"]["code"]) == (3, "unavailable")
    assert "start it with carepath up" in " ".join(ended.err.split())


async def test_an_api_that_does_not_listen_is_unavailable(
    carepath: Carepath, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"http://127.0.0.1:{any_free_port()}"
    monkeypatch.setenv("CAREPATH_URL", nowhere)
    ended = await carepath("views", "list")
    assert ended.code == 3
    assert nowhere in ended.err
    assert "CAREPATH_URL" in ended.err
    assert "carepath up" not in ended.err

    monkeypatch.setenv("CAREPATH_URL", "carepath.example")
    assert (await carepath("views", "list")).code == 2


async def test_the_command_line_never_loads_temporal_or_the_server() -> None:
    program = "import cli.main, sys; print(*{m.partition('.')[0] for m in sys.modules})"
    process = await create_subprocess_exec(sys.executable, "-c", program, stdout=PIPE)
    output, _ = await process.communicate()

    assert process.returncode == 0
    assert {"temporalio", "fastapi", "uvicorn"} & set(output.decode().split()) == set()
