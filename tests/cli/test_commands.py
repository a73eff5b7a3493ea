"""The commands over the API: documents, exit codes, and sentences for people."""

import asyncio
import json
import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import yaml

from activities.fhir import MAX_BYTES
from domain.programmes.definition import Definition
from eventstore.connect import Pool
from eventstore.settle import tick
from projections.views import VIEWS
from tests.cli.carepath import Carepath
from tests.web.api import as_auditors_see, bundle
from tests.web.entities import EntitiesHere
from workers.embedded.ports import any_free_port
from workflows.client import Busy, Unreachable

NOBODY = "pathway-00000000-0000-8000-8000-000000000000"
NOW = "2026-11-23T15:00:00Z"
COMMAND_ID = str(uuid4())
SHIPPED = Path(__file__).parents[2] / "domain/programmes/mbt-g.yaml"


@pytest_asyncio.fixture
async def clinic(carepath: Carepath) -> Carepath:
    published = await carepath("programmes", "publish", str(SHIPPED))
    assert published.code == 0, published.err
    return carepath


def written(folder: Path, name: str, **person: Any) -> str:
    file = folder / name
    file.write_text(json.dumps(bundle(**person)))
    return str(file)


@pytest_asyncio.fixture
async def built(clinic: Carepath, pool: Pool) -> Carepath:
    """With its caseload built."""
    async with pool.acquire() as connection:
        await tick(connection)
    assert (await clinic("views", "rebuild", "caseload")).code == 0
    return clinic


async def opened(clinic: Carepath, folder: Path) -> str:
    referred = await clinic("refer", written(folder, f"{uuid4()}.json"), "--json")
    return str(referred.document[0]["pathway_id"])


async def test_files_are_taken_in_and_told_in_their_order(clinic: Carepath, tmp_path: Path) -> None:
    names = [
        written(tmp_path, "3.json"),
        written(tmp_path, "1.json", state="NY"),
        written(tmp_path, "2.json", born="2020-01-01"),
    ]
    long = tmp_path / "long.json"
    long.write_bytes(b" " * (MAX_BYTES + 1))

    ended = await clinic("refer", *names, str(long), names[0], "--json")

    assert ended.code == 1
    assert [one["file"] for one in ended.document] == [*names, str(long), names[0]]
    outcomes = [one["outcome"] for one in ended.document]
    assert outcomes[1:4] == ["state_not_served", "under_18", "invalid"]
    assert {outcomes[0], outcomes[4]} == {"accepted", "duplicate"}
    assert ended.document[0]["pathway_id"] == ended.document[4]["pathway_id"]


async def test_accepted_and_duplicate_are_both_done(clinic: Carepath, tmp_path: Path) -> None:
    name = written(tmp_path, "one.json")

    first, again = await clinic("refer", name), await clinic("refer", name)

    assert (first.code, again.code) == (0, 0)
    assert "accepted" in first.out
    assert "duplicate" in again.out


async def test_folders_and_patterns_mean_their_files(clinic: Carepath, tmp_path: Path) -> None:
    for name in ("b.json", "a.json"):
        written(tmp_path, name)
    (tmp_path / "notes.txt").write_text("not a bundle")

    folder = await clinic("refer", str(tmp_path), "--json")
    pattern = await clinic("refer", str(tmp_path / "*.json"), "--json")

    assert [Path(one["file"]).name for one in folder.document] == ["a.json", "b.json"]
    assert [one["outcome"] for one in pattern.document] == ["duplicate", "duplicate"]


async def test_a_missing_file_is_bad_usage_before_anything_is_sent(
    clinic: Carepath, tmp_path: Path
) -> None:
    name = written(tmp_path, "one.json")

    ended = await clinic("refer", name, str(tmp_path / "missing.json"))

    assert (ended.code, ended.out) == (2, ""), ended.err
    assert "missing.json" in ended.err
    assert (await clinic("refer", name, "--json")).document[0]["outcome"] == "accepted"


async def test_files_that_nobody_took_are_told_as_unavailable(
    clinic: Carepath, tmp_path: Path, entities: EntitiesHere
) -> None:
    entities.failing = Unreachable("x")

    ended = await clinic("refer", written(tmp_path, "one.json"), "--json")

    assert ended.code == 3
    assert ended.document[0]["outcome"] == "unavailable"
    assert "send them again" in ended.err


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


async def test_a_file_whose_name_is_no_text_is_named_in_text(
    clinic: Carepath, tmp_path: Path
) -> None:
    written(tmp_path, os.fsdecode(b"\xff\xfe.json"))

    process = await create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "refer", str(tmp_path), "--json"),
        stdout=PIPE,
        env={**os.environ, "LC_ALL": "C", "PYTHONPATH": str(SHIPPED.parents[2])},
    )
    output, _ = await process.communicate()
    for_people = await clinic("refer", str(tmp_path))

    (taken,) = json.loads(output.decode("ascii"))
    assert (taken["file"], taken["outcome"]) == (f"{tmp_path}/\\xff\\xfe.json", "accepted")
    assert "\\xff\\xfe.json" in for_people.out


async def test_a_missing_file_whose_name_is_no_text_gives_a_document(clinic: Carepath) -> None:
    ended = await clinic("refer", os.fsdecode(b"\xff.json"), "--json")

    assert ended.code == 2
    assert ended.out.isascii()
    assert "cannot be read" in ended.document["error"]["message"]


async def test_a_pipe_is_refused_and_nobody_waits_for_it(clinic: Carepath, tmp_path: Path) -> None:
    pipe = tmp_path / "fifo.json"
    os.mkfifo(pipe)

    try:
        async with asyncio.timeout(10):
            ends = [await clinic("refer", str(one)) for one in (pipe, tmp_path)]
    finally:
        os.close(os.open(pipe, os.O_RDWR))  # lets go of a reader that waits

    assert [one.code for one in ends] == [2, 2]
    assert all("it is not a regular file" in " ".join(one.err.split()) for one in ends)


async def test_a_file_without_a_name_does_not_mean_the_folder(
    clinic: Carepath, tmp_path: Path
) -> None:
    written(tmp_path, "one.json")

    ended = await clinic("refer", "", "--json")

    assert ended.code == 2
    assert "no name" in ended.document["error"]["message"]


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


async def test_all_pathways_are_replayed(clinic: Carepath, tmp_path: Path, pool: Pool) -> None:
    pathway = await opened(clinic, tmp_path)
    async with pool.acquire() as connection:
        await tick(connection)

    census = (await clinic("audit", "replay", "--json")).document
    human = await clinic("audit", "replay", "--as-of", "2026-11-23")

    assert pathway in {one["entity_id"] for one in census["pathways"]}
    assert "assessment" in human.out


async def test_views_are_rebuilt_listed_shown_and_checked(
    clinic: Carepath, tmp_path: Path, pool: Pool
) -> None:
    pathway = await opened(clinic, tmp_path)
    async with pool.acquire() as connection:
        await tick(connection)

    for view in VIEWS:
        rebuilt = (await clinic("views", "rebuild", view.name, "--json")).document
        assert rebuilt["view"] == view.name
    listed = (await clinic("views", "list", "--json")).document
    cases = (await clinic("views", "show", "caseload", "--json")).document
    human = await clinic("views", "show", "caseload", "--limit", "1")
    fine = await clinic("views", "check", "--json")
    await pool.execute("UPDATE view_caseload.caseload SET status = 'odd'")
    differing = await clinic("views", "check", "caseload")

    assert {one["name"] for one in listed["views"]} == {view.name for view in VIEWS}
    assert pathway in {one["pathway_id"] for one in cases["cases"]}
    assert "Caseload" in human.out
    assert (fine.code, fine.document["ok"]) == (0, True)
    assert differing.code == 1


async def test_a_view_is_shown_as_of_an_instant(
    clinic: Carepath, tmp_path: Path, pool: Pool
) -> None:
    pathway = await opened(clinic, tmp_path)
    async with pool.acquire() as connection:
        await tick(connection)
    shown = ("views", "show", "caseload", "--of", pathway, "--as-of")

    before = await clinic(*shown, "2020-01-01", "--json")
    later = await clinic(*shown, "2030-01-01", "--json")
    human = await clinic(*shown, "2030-01-01")
    wrong = await clinic(*shown, "yesterday")

    assert (before.code, before.document["rows"]) == (0, [])
    assert [one["row"]["pathway_id"] for one in later.document["rows"]] == [pathway]
    assert "caseload" in human.out
    assert wrong.code == 2


async def test_an_unknown_view_is_refused(clinic: Carepath) -> None:
    assert (await clinic("views", "rebuild", "nothing")).code == 1
    assert (await clinic("views", "check", "nothing", "--json")).code == 1


async def test_recovery_counts(clinic: Carepath, tmp_path: Path, entities: EntitiesHere) -> None:
    await opened(clinic, tmp_path)
    entities.awake.clear()

    first = (await clinic("recover", "--json")).document
    human = await clinic("recover")

    assert first["started"] == first["open"] > 0
    assert "0 started" in human.out


async def test_programmes_are_listed_published_and_compared(
    clinic: Carepath, tmp_path: Path
) -> None:
    content = yaml.safe_load(SHIPPED.read_text())
    content |= {"id": f"p{uuid4().hex[:8]}"}
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(yaml.safe_dump(content))
    second.write_text(yaml.safe_dump({**content, "version": 2, "title": "Another"}))
    label = f"{content['id']}@1"

    done = await clinic("programmes", "publish", str(first), "--json")
    again = await clinic("programmes", "publish", str(first))
    changed = {**content, "title": "Another"}
    (tmp_path / "changed.yaml").write_text(yaml.safe_dump(changed))
    refused = await clinic("programmes", "publish", str(tmp_path / "changed.yaml"), "--json")
    diff = await clinic("programmes", "diff", label, str(second), "--json")
    listed = await clinic("programmes", "list")

    assert (done.code, done.document["accepted"]) == (0, True)
    assert "already" in again.out
    assert (refused.code, refused.document["accepted"]) == (1, False)
    assert {one["path"] for one in diff.document["changes"]} == {"version", "title"}
    assert label in listed.out
    assert (await clinic("programmes", "diff", f"{content['id']}@9", label)).code == 1
    assert "title" in (await clinic("programmes", "diff", label, str(second))).out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id: [", "bad.yaml:1:6: the definition: expected the node content"),
        ("id: a\nid: b", "bad.yaml:2:1: id: is given more than once"),
        ("id: a\n\tb: c", "bad.yaml:2:1: the definition: found character"),
        ("- a", "bad.yaml:1:1: the definition: must be an object"),
        ("!!python/object:os.system {}", "bad.yaml:1:1: the definition: could not determine"),
        ("{? [a] : b}", "bad.yaml:1:4: the definition: found unhashable key"),
        ("id: UPPER", "bad.yaml:1:1: phases: is missing: add it (The phases; a referral"),
    ],
)
async def test_a_definition_that_cannot_be_read_is_refused_with_its_place(
    clinic: Carepath, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)

    ended = await clinic("programmes", "publish", str(file))

    assert ended.code == 2
    assert says in " ".join(ended.err.split())


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


def test_the_shipped_definition_is_one() -> None:
    assert Definition.model_validate(yaml.safe_load(SHIPPED.read_text())).label == "mbt-g@1"
