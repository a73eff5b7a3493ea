"""Referrals as files: what is taken in, and what is told of each."""

import asyncio
import json
import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path

from activities.fhir import MAX_BYTES
from tests.cli.carepath import Carepath
from tests.cli.taken_in import SHIPPED, written
from tests.web.entities import EntitiesHere
from workflows.client import Unreachable


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
