"""`carepath programmes`: writing, checking and showing definitions, and referring to one."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import yaml

from domain.programmes.definition import Definition
from tests.cli.carepath import Carepath
from tests.web.api import bundle

SHIPPED = Path(__file__).parents[2] / "domain/programmes"
MBT_G = SHIPPED / "mbt-g.yaml"


@pytest_asyncio.fixture
async def clinic(carepath: Carepath) -> Carepath:
    """A clinic that has published both programmes."""
    for file in sorted(SHIPPED.glob("*.yaml")):
        published = await carepath("programmes", "publish", str(file))
        assert published.code == 0, published.err
    return carepath


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """MBT-G's file with some words put in place of others."""
    text = MBT_G.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    file = folder / "changed.yaml"
    file.write_text(text)
    return file


def line_of(file: Path, words: str) -> int:
    return next(at for at, line in enumerate(file.read_text().splitlines(), 1) if words in line)


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda one: one.name)
async def test_a_shipped_programme_can_be_published(carepath: Carepath, file: Path) -> None:
    checked = await carepath("programmes", "check", str(file))

    assert checked.code == 0
    assert "can be published" in checked.out


async def test_everything_that_is_wrong_is_told_at_its_line_and_column(
    carepath: Carepath, tmp_path: Path
) -> None:
    file = changed(
        tmp_path,
        ("zone: America/New_York", "zone: Mars"),
        ("leads_to: [ongoing]", "leads_to: [ongoin]"),
        ('document_version: "1"', "document_version: 1"),
        ("late_after: PT15M", "late_after: 15"),
        ("adult_age: 18", "adult_agee: 18"),
        ("since: 2025-01-01", "since: 2025-02-30"),
        ("sign_offs:", "title: Again\nsign_offs:"),
    )

    checked = await carepath("programmes", "check", str(file), "--json")

    assert (checked.code, checked.document["ok"], checked.document["label"]) == (1, False, None)
    found = {one["path"]: (one["line"], one["message"]) for one in checked.document["problems"]}
    places = {
        "zone": "zone: Mars",
        "phases.2.leads_to.0": "[ongoin]",
        "phases.3.id": "- id: ongoing",
        "consents.0.document_version": "document_version: 1",
        "served_states.0.since": "2025-02-30",
        "policies.adult_age": "adult_agee",
        "policies.adult_agee": "adult_agee",
        "policies.late_after": "late_after: 15",
        "title": "title: Again",
    }
    assert {path: line for path, (line, _) in found.items()} == {
        path: line_of(file, words) for path, words in places.items()
    }
    assert "put it in quotes" in found["consents.0.document_version"][1]
    assert "did you mean adult_age?" in found["policies.adult_agee"][1]
    assert "How old" in found["policies.adult_age"][1]
    assert "PT90M is ninety minutes" in found["policies.late_after"][1]
    assert "leave one of them out" in found["title"][1]
    lines = [one["line"] for one in checked.document["problems"]]
    assert lines == sorted(lines)


async def test_a_person_reads_the_place_first_as_editors_link_it(
    carepath: Carepath, tmp_path: Path
) -> None:
    file = changed(tmp_path, ("leads_to: [ongoing]", "leads_to: [ongoin]"))

    checked = await carepath("programmes", "check", str(file))

    line = line_of(file, "[ongoin]")
    assert checked.code == 1
    assert f"{file}:{line}:16: phases.2.leads_to.0: phase 'introduction'" in checked.out


async def test_what_cannot_be_checked_is_bad_usage(carepath: Carepath) -> None:
    assert (await carepath("programmes", "check", "nowhere.yaml")).code == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "1:1: the definition: must be an object"),
        ("id: [", "1:6: the definition: expected"),
        ("id: a\n---\nid: b\n", "2:1: the definition: but found another document"),
        ("a: &a [*a]\n", "1:1: id: is missing"),
        ("a: &a {b: 1}\nc: *a\nd: {b: 1, b: 2}\n", "3:11: d.b: is given more than once"),
        ("id: \x00\n", "1:1: the definition: special characters are not allowed"),
        ("- " * 3000, "1:1: the definition: is nested too deeply"),
        (f"id: a\nversion: {'9' * 5000}\n", "2:10: the definition: found a value that no program"),
        ("policies: [1]\n", "1:11: policies: must be an object"),
        ("phases: 7\n", "1:9: phases: must be a list"),
        ("colour: blue\n", "1:1: colour: is not known here: leave it out; there are id, version"),
        ("policies: {groups: {capacty: 8}}\n", "1:21: policies.groups.capacty: is not known here"),
        ("served_states: [{until: 2026-01-01T00:00:01}]\n", "1:25: served_states.0.until: must be"),
        ("measure_schedule: {progress_every: often}\n", "1:36: measure_schedule.progress_every"),
        ("id: UPPER\n", "1:5: id: string should match pattern"),
        ("? {a: b}\n: 1\n", "1:3: the definition: found unhashable key"),
    ],
)
async def test_whatever_a_file_holds_its_fault_has_a_place(
    carepath: Carepath, tmp_path: Path, text: str, place: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)

    checked = await carepath("programmes", "check", str(file))

    assert checked.code == 1
    assert f"{file}:{place}" in checked.out


async def test_the_schema_is_one_that_editors_read(carepath: Carepath) -> None:
    schema = (await carepath("programmes", "schema")).document

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"].keys() == Definition.model_fields.keys()


async def test_what_still_waits_for_a_signature_is_shown(
    carepath: Carepath, tmp_path: Path
) -> None:
    signed = changed(
        tmp_path,
        (
            "- by: counsel\n",
            "- by: counsel\n    signed_by: C. Example\n    signed_on: 2026-01-05\n",
        ),
    )

    for_people = await carepath("programmes", "show", str(signed))
    document = (await carepath("programmes", "show", str(signed), "--json")).document

    signatures, awaited = for_people.out.split("Waiting for a signature")
    assert "served_states" in signatures
    assert "C. Example" in signatures
    assert "policies.inactive_before_review" in awaited
    assert "served_states" not in awaited
    assert {"place": "policies.safety", "by": "clinician"} in document["unsigned"]
    assert document["label"] == document["definition"]["id"] + "@1"


async def test_a_definition_of_which_all_is_signed_says_so(
    carepath: Carepath, tmp_path: Path
) -> None:
    content = yaml.safe_load(MBT_G.read_text())
    content["sign_offs"] = []
    content["policies"]["retention"] |= {"signed_by": "C. Example", "signed_on": "2026-01-05"}
    file = tmp_path / "signed.yaml"
    file.write_text(yaml.safe_dump(content))

    assert "every value is signed off" in (await carepath("programmes", "show", str(file))).out
    assert "every value is signed off" in (await carepath("programmes", "check", str(file))).out


async def test_a_published_version_is_shown_by_its_name(clinic: Carepath) -> None:
    latest = await clinic("programmes", "show", "virtual-iop")
    version = await clinic("programmes", "show", "virtual-iop@1", "--json")
    missing = await clinic("programmes", "show", "virtual-iop@99")

    assert "twelve-weeks (12 weeks)" in latest.out
    assert "3 a week" in latest.out
    assert version.document["label"] == "virtual-iop@1"
    assert missing.code == 1
    assert "virtual-iop@99" in missing.err


async def test_a_file_is_compared_with_the_version_in_force(
    clinic: Carepath, tmp_path: Path
) -> None:
    file = changed(tmp_path, ("late_after: PT15M", "late_after: PT20M"))

    compared = await clinic("programmes", "diff", str(file), "--json")
    for_people = await clinic("programmes", "diff", str(file))

    assert compared.document["before"] == "mbt-g@1"
    assert compared.document["changes"] == [
        {"path": "policies.late_after", "before": "PT15M", "after": "PT20M"}
    ]
    assert f"From mbt-g@1 to {file}" in for_people.out


async def test_both_shipped_programmes_are_listed(clinic: Carepath) -> None:
    listed = (await clinic("programmes", "list", "--json")).document["programmes"]

    assert {"mbt-g", "virtual-iop"} <= {one["id"] for one in listed}


def written(folder: Path, **person: Any) -> str:
    file = folder / f"{uuid4()}.json"
    file.write_text(json.dumps(bundle(**person)))
    return str(file)


async def test_a_patient_is_referred_to_the_programme_that_is_named(
    clinic: Carepath, tmp_path: Path
) -> None:
    file = written(tmp_path)

    usual = (await clinic("refer", file, "--json")).document[0]
    named = (await clinic("refer", file, "--programme", "virtual-iop", "--json")).document[0]

    assert (usual["outcome"], named["outcome"]) == ("accepted", "accepted")
    assert usual["pathway_id"] != named["pathway_id"]
    shown = await clinic("show", named["pathway_id"], "--json")
    assert shown.document["programme"] == "virtual-iop@1"


async def test_a_programme_that_is_not_published_refuses_each_file(
    clinic: Carepath, tmp_path: Path
) -> None:
    refused = await clinic("refer", written(tmp_path), "--programme", "nothing", "--json")

    assert refused.code == 1
    assert refused.document[0]["outcome"] == "unknown_programme"
    assert "virtual-iop" in refused.document[0]["reasons"][0]["message"]


async def test_programmes_are_listed_published_and_compared(
    clinic: Carepath, tmp_path: Path
) -> None:
    content = yaml.safe_load(MBT_G.read_text())
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


def test_the_shipped_definition_is_one() -> None:
    assert Definition.model_validate(yaml.safe_load(MBT_G.read_text())).label == "mbt-g@1"
