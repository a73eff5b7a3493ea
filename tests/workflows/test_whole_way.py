"""Ten referrals, both durations, from intake to the end of follow-up, through real workflows."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.fhir import read_referral
from domain.fold import as_of, fold
from domain.pathway import PATHWAY, Pathway
from tests.fhir.bundles import bundle
from tests.workflows.clinic import Clinic, mbt_g
from workflows.entity import EntityHost

SHARED = Path(__file__).parents[3] / "shared" / "referrals"

PLAN = {
    "warning_signs": ["a"],
    "own_coping": ["b"],
    "people_and_places_that_distract": ["c"],
    "people_to_ask_for_help": ["d"],
    "professionals_and_services": ["e"],
    "safer_environment": ["f"],
}


@dataclass(frozen=True)
class Script:
    """What is special about one patient's way; weeks count from the referral."""

    variant: str = "six-months"
    meetings: int = 2
    learns_first: bool = False
    misses: tuple[int, ...] = ()
    pauses_in: int | None = None
    changes_duration_in: int | None = None
    leaves_in: int | None = None


SCRIPTS = (
    Script(),
    Script(variant="eighteen-months"),
    Script(misses=(5, 9, 10, 15, 16, 17)),
    Script(variant="eighteen-months", misses=(6, 30, 31), pauses_in=20),
    Script(changes_duration_in=14),
    Script(variant="eighteen-months", leaves_in=24),
    Script(learns_first=True, meetings=4),
    Script(variant="eighteen-months", learns_first=True, meetings=3),
    Script(pauses_in=12),
    Script(variant="eighteen-months", changes_duration_in=18),
)


def ten_bundles() -> list[bytes]:
    """Referrals from the shared folder where it is at hand, and otherwise invented ones."""
    if not SHARED.exists():
        return [json.dumps(bundle()).encode()] * 10
    outcomes = json.loads((SHARED / "manifest.json").read_text())
    accepted = [one["file"] for one in outcomes if one["intake"] == "accepted"]
    return [(SHARED / name).read_bytes() for name in accepted[:10]]


@dataclass
class Way:
    """One patient, driven week by week by what the log says of the pathway."""

    clinic: Clinic
    pathway: str
    script: Script
    weeks: int = 0

    async def week(self, now: datetime) -> None:
        self.weeks += 1
        state = (await self.clinic.folded(self.pathway)).state
        if state.status == "closed":
            return
        await self._measures(state, now)
        if state.status == "paused":
            if state.tasks and state.tasks[-1].kind == "resume_pathway":
                await self._do("resume")
            return
        await getattr(self, f"_{state.phase}")(state, now)

    async def state(self) -> Pathway:
        """What the workflow itself holds, or held when it ended."""
        handle = self.clinic.environment.client.get_workflow_handle(self.pathway)
        snapshot = await handle.query(EntityHost.snapshot)
        return Pathway.model_validate(snapshot.state)

    async def _do(self, command: str, **data: Any) -> None:
        await self.clinic.submit(self.pathway, command, **data)

    async def _session(self, kind: str, now: datetime) -> None:
        attended = self.weeks not in self.script.misses
        await self._do("record_session", kind=kind, held_at=now.isoformat(), attended=attended)

    async def _measures(self, state: Pathway, now: datetime) -> None:
        due = sorted({measure for one in state.open_measures for measure in one.measures})
        for measure in due:
            risk_item = 0 if measure == "phq-9" else None
            score = {"measure": measure, "score": 0, "risk_item": risk_item}
            await self._do("record_measure", taken_at=now.isoformat(), **score)

    async def _assessment(self, state: Pathway, now: datetime) -> None:
        await self._session("assessment", now)
        if state.attended("assessment", "assessment") + 1 < self.script.meetings:
            return
        today = now.isoformat()
        await self._do("give_consent", consent="treatment", document_version="1", given_at=today)
        await self._do("agree_safety_plan", plan=PLAN, agreed_at=today)
        decided = await self.clinic.decided()
        await self._do("decide_suitability", suitable=True, **decided)
        await self._do("choose_duration", variant=self.script.variant, **decided)
        first = "psychoeducation" if self.script.learns_first else "introduction"
        await self._do("enter_phase", phase=first)

    async def _psychoeducation(self, state: Pathway, now: datetime) -> None:
        await self._session("psychoeducation", now)
        if state.attended("psychoeducation", "psychoeducation") + 1 == 4:
            await self._do("enter_phase", phase="introduction")

    async def _introduction(self, state: Pathway, now: datetime) -> None:
        await self._session("group", now)
        if state.attended("introduction", "group") + (self.weeks not in self.script.misses) == 5:
            await self._do("enter_phase", phase="ongoing")

    async def _ongoing(self, state: Pathway, now: datetime) -> None:
        await self._session("group", now)
        if self.weeks == self.script.pauses_in:
            back = now + timedelta(weeks=4)
            await self._do("pause", reason="A journey", resume_at=back.isoformat())
        elif self.weeks == self.script.changes_duration_in:
            other = "eighteen-months" if self.script.variant == "six-months" else "six-months"
            decided = await self.clinic.decided("Reviewed together")
            await self._do("change_duration", variant=other, **decided)
        elif self.weeks == self.script.leaves_in:
            await self._do("discharge", reason="patient_withdrew")
        elif any(task.kind == "plan_discharge" for task in state.tasks):
            await self._do("enter_phase", phase="discharge")

    async def _discharge(self, state: Pathway, now: datetime) -> None:
        if state.treatment_ends_at and now >= state.treatment_ends_at - timedelta(weeks=2):
            await self._do("discharge", reason="completed")
        else:
            await self._session("group", now)

    async def _follow_up(self, _state: Pathway, _now: datetime) -> None:
        """Time alone brings the measurements, and the end."""


async def live(clinic: Clinic, ways: list[Way], weeks: int) -> None:
    for _ in range(weeks):
        now = await clinic.pass_time(weeks=1)
        await asyncio.gather(*(way.week(now) for way in ways))


@pytest.mark.long
async def test_ten_referrals_run_to_the_end_of_follow_up(clinic: Clinic) -> None:
    ways = []
    for document, script in zip(ten_bundles(), SCRIPTS, strict=True):
        referral = read_referral(document, await clinic.now()).model_dump(mode="json")
        ways.append(Way(clinic, await clinic.refer(referral, mbt_g().label), script))

    await live(clinic, ways, weeks=31)
    middle_of_the_way = await clinic.now()
    middle = {way.pathway: await way.state() for way in ways}
    await live(clinic, ways, weeks=109)

    kinds = set()
    for way in ways:
        events = await clinic.events(way.pathway)
        kinds |= {one.type for one in events}
        final = await way.state()
        assert final.status == "closed", way.script
        assert fold(PATHWAY, events).state == final
        assert [one.version for one in events] == list(range(1, len(events) + 1))
        then = fold(PATHWAY, as_of(events, middle_of_the_way, None)).state
        assert then == middle[way.pathway]
    assert {"pathway.paused", "pathway.resumed", "pathway.duration_changed"} <= kinds
    assert len({state.phase for state in middle.values()}) > 1
