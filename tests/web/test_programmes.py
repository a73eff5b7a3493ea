"""Programme definitions over HTTP."""

from typing import Any

import pytest

from domain.programmes.definition import Definition
from tests.web.api import Api, bundle
from tests.web.entities import EntitiesHere

Content = dict[str, Any]


async def published(api: Api, content: Content, **changes: Any) -> Content:
    answer = await api.post("/api/programmes", json={**content, **changes})
    assert answer.status_code == 200, answer.text
    receipt: Content = answer.json()
    return receipt


async def test_published_versions_are_listed_and_read(clinic: Api, definition: Content) -> None:
    listed = (await clinic.get("/api/programmes")).json()["programmes"]

    (own,) = [one for one in listed if one["id"] == "mbt-g"]
    assert own["versions"][0]["label"] == "mbt-g@1"
    read = await clinic.get("/api/programmes/mbt-g", params={"version": 1})
    assert Definition.model_validate(read.json()) == Definition.model_validate(definition)


async def test_publishing_the_same_again_changes_nothing(clinic: Api, definition: Content) -> None:
    again = await published(clinic, definition)

    assert (again["accepted"], again["events"]) == (True, [])


async def test_a_changed_version_is_refused_and_the_next_one_is_taken(
    clinic: Api, definition: Content, entities: EntitiesHere
) -> None:
    await published(clinic, definition, id="other")
    entities.awake.clear()

    changed = await clinic.post(
        "/api/programmes", json={**definition, "id": "other", "title": "Another"}
    )
    assert changed.status_code == 409
    assert changed.json()["reasons"][0]["code"] == "version_not_next"
    assert not entities.awake, "a refused definition starts no workflow"

    second = await published(clinic, definition, id="other", version=2, title="Another")
    assert second["events"] == ["programme.published"]
    diff = (await clinic.get("/api/programmes/other/diff", params={"from": 1, "to": 2})).json()
    assert {one["path"]: (one["before"], one["after"]) for one in diff["changes"]} == {
        "version": (1, 2),
        "title": (definition["title"], "Another"),
    }
    latest = (await clinic.get("/api/programmes/other")).json()
    assert latest["version"] == 2


async def test_a_bad_definition_is_refused_with_its_places(
    clinic: Api, definition: Content
) -> None:
    answer = await clinic.post("/api/programmes", json={**definition, "zone": "Mars/Base", "id": 7})

    assert answer.status_code == 409
    said = " ".join(reason["message"] for reason in answer.json()["reasons"])
    assert "definition.zone" in said
    assert "definition.id" in said


async def test_a_patient_is_referred_to_the_programme_that_the_sender_names(
    clinic: Api, definition: Content
) -> None:
    await published(clinic, definition, id="other")
    content = bundle()

    usual = await clinic.refer(content)
    named = await clinic.refer(content, programme="other")
    again = await clinic.refer(content, programme="other")

    assert (await clinic.shown(usual["pathway_id"]))["programme"] == "mbt-g@1"
    assert (await clinic.shown(named["pathway_id"]))["programme"].startswith("other@")
    assert (again["outcome"], again["pathway_id"]) == ("duplicate", named["pathway_id"])


@pytest.mark.parametrize("name", ["nothing", "", "../mbt-g", "mbt-g@1", "\0", "é"])
async def test_a_programme_that_nobody_knows_is_refused_with_those_that_there_are(
    clinic: Api, name: str
) -> None:
    refused = await clinic.refer(bundle(), programme=name or "%")

    assert refused["outcome"] == "unknown_programme"
    assert "mbt-g" in refused["reasons"][0]["message"]
    assert refused["pathway_id"] is None


async def test_a_pathway_moves_to_a_version_that_is_published(
    clinic: Api, definition: Content
) -> None:
    await published(clinic, definition, id="moving")
    pathway = (await clinic.refer(bundle(), programme="moving"))["pathway_id"]
    named = await clinic.submit("clinician-new", "register", programme="moving@1", name="Kim")
    decided_by = named.json()["entity_id"]
    data = {"programme": "moving@2", "decided_by": decided_by, "reason": "Shorter rounds"}

    missing = await clinic.submit(pathway, "move_to_version", **data)
    policies = {**definition["policies"], "inactive_before_review": "P10D"}
    await published(clinic, definition, id="moving", version=2, policies=policies)
    moved = await clinic.submit(pathway, "move_to_version", **data)

    assert missing.json()["reasons"][0]["code"] == "programme_not_published"
    assert moved.json()["events"] == ["pathway.version_moved"]
    shown = await clinic.shown(pathway)
    assert shown["programme"] == shown["state"]["programme"] == "moving@2"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/programmes/nothing", 404),
        ("/api/programmes/%00", 404),
        ("/api/programmes/mbt-g?version=99", 404),
        ("/api/programmes/mbt-g?version=0", 400),
        ("/api/programmes/mbt-g/diff?from=1&to=99", 404),
        ("/api/programmes/mbt-g/diff?from=1", 400),
        ("/api/programmes/mbt-g/diff?from=one&to=two", 400),
    ],
)
async def test_what_is_not_published_is_not_found(clinic: Api, path: str, status: int) -> None:
    answer = await clinic.get(path)

    assert answer.status_code == status
    assert answer.json()["error"]["message"]
