"""What is shown as blocked is what would be refused, also where another entity is the reason."""

from datetime import timedelta
from uuid import uuid4

from domain.actor import Actor
from domain.clinician import CLINICIAN
from domain.decider import Transition
from domain.events.clinician import TimeReserved
from domain.events.envelope import Origin, new_events
from domain.fold import fold
from domain.group import GROUP
from eventstore.store import EventStore
from tests.web.api import Api
from web.decisions import context_for
from web.services import Services

SOMEBODY = Actor(subject="somebody", role="coordinator")
ELSEWHERE = "group-00000000-0000-4000-8000-000000000009"


async def a_group(clinic: Api) -> tuple[str, str]:
    """A group that meets on Tuesdays, and a clinician who leads it."""
    asked = {"programme": "mbt-g@1", "kind": "ongoing", "modality": "virtual"}
    formed = await clinic.submit("group-new", "form", first_on="2026-12-01", **asked)
    leads = await clinic.submit("clinician-new", "register", programme="mbt-g@1", name="Kim")
    group, clinician = formed.json()["entity_id"], leads.json()["entity_id"]
    held = {"number": "A-1", "since": "2025-01-01", "until": "2029-01-01"}
    await clinic.submit(clinician, "record_credential", kind="mbt", **held)
    await clinic.submit(group, "assign_facilitator", clinician_id=clinician)
    hour = {"weekdays": [1], "starts": "18:00", "zone": "America/New_York"}
    assert (await clinic.submit(group, "schedule", **hour)).status_code == 200
    return group, clinician


async def opening(services: Services, group_id: str) -> Transition:
    folded = fold(GROUP, await services.store.read_stream(group_id))
    context = await context_for(services, folded, SOMEBODY)
    found = GROUP.permitted(folded.state, context)
    return next(one for one in found if one.command == "open_session")


async def is_elsewhere(store: EventStore, services: Services, group: str, clinician: str) -> None:
    """The clinician's record has another session at the hour of the group's first."""
    state = fold(GROUP, await store.read_stream(group)).state
    kept = TimeReserved(
        at=services.now(),
        group_id=ELSEWHERE,
        session=7,
        starts_at=state.sessions[0].starts_at,
        length=timedelta(minutes=90),
    )
    version = fold(CLINICIAN, await store.read_stream(clinician)).version
    origin = Origin(command_id=uuid4(), actor=SOMEBODY)
    await store.append(clinician, version, new_events([kept], origin, "mbt-g@1"))


async def test_a_session_shows_that_who_leads_it_is_in_another_then(
    clinic: Api, services: Services, store: EventStore
) -> None:
    """Demand 10."""
    group, clinician = await a_group(clinic)
    before = await opening(services, group)
    assert "leads_elsewhere" not in [one.code for one in before.blocked_by]

    await is_elsewhere(store, services, group, clinician)

    shown = await opening(services, group)
    assert "leads_elsewhere" in [one.code for one in shown.blocked_by]
    permitted = (await clinic.get(f"/api/entities/{group}/permitted")).json()["permitted"]
    [first, *_] = [one for one in permitted if one["command"] == "open_session"]
    assert "leads_elsewhere" in [one["code"] for one in first["blocked_by"]]
