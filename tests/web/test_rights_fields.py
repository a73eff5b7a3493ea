"""Each role sees its own part of a patient's record, and no more."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from domain.actor import ROLES, Role
from domain.decider import Reason
from domain.deciders import DECIDERS
from domain.events.registry import TYPES
from projections.caseload.case import Case
from projections.timeline.entry import Entry
from tests.web.api import Api
from web.rights.fields import (
    FIELDS,
    OF_PATIENTS,
    TAKES,
    content_seen,
    reasons_told,
    visible,
    visible_case,
    visible_entry,
    withheld,
)
from web.rights.needs import may_read
from web.rights.permissions import PERMISSIONS, Permission, may

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ELSEWHERE = {"alternatives", "band", "change", "identifiers", "pcp", "risk_item"}
"""Fields of commands, of views, and of events that are being made."""

SECRETS = ("Sample", "Avery", "1990-04-02")


def names_in(record: Any) -> set[str]:
    match record:
        case dict():
            return set(record).union(*(names_in(one) for one in record.values()))
        case list():
            return set().union(*(names_in(one) for one in record))
        case _:
            return set()


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_finds_no_field_that_is_withheld_anywhere_in_a_record(
    clinic: Api, role: Role
) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as(role):
        await clinic.post(f"/api/entities/{pathway}/break-glass", json={"reason": "Test"})
        answer = await clinic.get(f"/api/entities/{pathway}")

    assert (answer.status_code == 200) == may(role, Permission.READ_PATIENT)
    record = answer.json()
    shown = {"state": record.get("state"), "data": [e["data"] for e in record.get("timeline", [])]}
    assert not names_in(shown) & withheld(role)
    if not may(role, Permission.READ_IDENTITY):
        assert not any(secret in answer.text for secret in SECRETS)


async def test_an_auditor_replays_without_learning_who_it_is(clinic: Api) -> None:
    pathway = await clinic.opened()

    replayed = (await clinic.get("/api/audit/replay", params={"entity": pathway})).text

    assert pathway in replayed
    assert not any(secret in replayed for secret in SECRETS)


async def test_a_coordinator_sees_whom_to_call_and_who_pays(clinic: Api) -> None:
    state = (await clinic.shown(await clinic.opened()))["state"]
    assert state["referral"]["patient"]["family_name"] == "Sample"
    assert "coverage" in state["referral"]


def test_what_is_hidden_is_left_out_at_any_depth() -> None:
    record = {"a": [{"score": 1, "b": {"answers": {"1": 3}, "c": 2}}], "phone": "555", "payer": "x"}
    assert visible("facilitator", record) == {"a": [{"b": {"c": 2}}], "phone": "555"}
    assert visible("auditor", record) == {"a": [{"score": 1, "b": {"answers": {"1": 3}, "c": 2}}]}
    assert visible("supervisor", record) == record


def test_every_hidden_field_is_one_that_a_record_has() -> None:
    """A field that was renamed would be seen by everybody."""
    known = {one.name for one in fields(Case)} | ELSEWHERE
    for kind in OF_PATIENTS:
        known |= _names(type(DECIDERS[kind].initial()))
    for command in _events():
        known |= _names(command)
    assert set().union(*FIELDS.values()) - known == set()


def test_a_case_and_a_line_tell_no_more_than_the_record() -> None:
    nothing: dict[str, Any] = {one.name: None for one in fields(Case)}
    case = Case(**nothing | {"payer": "Payer", "phase": "intro"})
    entry = Entry(
        pathway_id="pathway-1",
        version=1,
        seq=1,
        type="pathway.measure_recorded",
        effective_at=NOW,
        recorded_at=NOW,
        subject="a",
        role="clinician",
        on_behalf_of=None,
        title="PHQ-9 recorded: 17",
        late=False,
        details={"measure": "phq-9", "score": 17},
    )

    assert visible_case("clinician", case).payer is None
    assert visible_case("clinician", case).phase == "intro"
    assert visible_case("coordinator", case) == case
    hidden = visible_entry("facilitator", entry)
    assert (hidden.title, hidden.details) == ("Measure recorded", {})
    assert visible_entry("clinician", entry) == entry


@pytest.mark.parametrize(("event_type", "takes"), TAKES.items())
@pytest.mark.parametrize("role", ROLES)
def test_what_is_nothing_but_confidential_shows_a_role_only_that_it_was(
    role: Role, event_type: str, takes: Permission
) -> None:
    seen = content_seen(PERMISSIONS[role], event_type, {"thresholds": {"cut": 10}})
    assert bool(seen) == may(role, takes)


async def test_a_facilitator_reads_nothing_of_a_measure_by_page_or_api(clinic: Api) -> None:
    pathway = await clinic.opened()
    answers = {str(item): 1 for item in range(1, 10)}
    recorded = await clinic.submit(
        pathway, "record_measure", measure="phq-9", answers=answers, taken_at=NOW.isoformat()
    )
    assert recorded.is_success, recorded.text
    with clinic.acting_as("facilitator"):
        await clinic.post(f"/api/entities/{pathway}/break-glass", json={"reason": "Test"})
        record = (await clinic.get(f"/api/entities/{pathway}")).json()
    told = [one["data"] for one in record["timeline"] if one["type"] == "pathway.measure_recorded"]
    assert told == [{}]
    assert not {"subscores", "findings", "flags", "score", "answers"} & names_in(record["state"])
    assert "subscores" in names_in((await clinic.shown(pathway))["timeline"])


def _events() -> list[type[BaseModel]]:
    return [one.model for one in TYPES if one.name.partition(".")[0] in OF_PATIENTS]


def _names(model: type[BaseModel]) -> set[str]:
    """The fields of a model and of the models within."""
    found = set(model.model_fields)
    schema = model.model_json_schema()
    for part in schema.get("$defs", {}).values():
        found |= set(part.get("properties", {}))
    return found


@pytest.mark.parametrize("payer", [True, False])
def test_a_reason_against_a_group_tells_who_pays_only_where_that_may_be_seen(payer: bool) -> None:
    reasons = (
        Reason(code="payer_not_accepted", message="It does not take Example Health."),
        Reason(code="no_free_seat", message="No seat is free."),
    )

    told = reasons_told(reasons, payer=payer)

    assert [one.code for one in told] == [one.code for one in reasons]
    assert ("Example Health" in told[0].message) == payer
    assert told[1] == reasons[1]


def test_a_facilitator_is_led_to_groups_and_not_to_clinicians() -> None:
    assert may_read("facilitator", "group-1")
    assert not may_read("facilitator", "clinician-1")
    assert not may_read("supervisor", "nothing-1")
