"""What patients live through whose pathways' histories are recorded."""

from datetime import timedelta
from uuid import uuid4

from tests.workflows.away import away_from
from tests.workflows.clinic import Clinic, referral
from tests.workflows.practice import OnWorkflows, at_rest, bring, command_ids, form, register
from tests.workflows.test_safety_escalation import flagged
from tests.workflows.test_whole_way import PLAN, Script, Way, live


async def in_assessment(clinic: Clinic) -> str:
    pathway = await clinic.refer(referral())
    start = await clinic.now() + timedelta(days=3)
    await clinic.submit(pathway, "book_session", kind="assessment", starts_at=start.isoformat())
    await clinic.pass_time(days=3, hours=1)
    await clinic.submit(
        pathway, "record_session", kind="assessment", held_at=start.isoformat(), attended=True
    )
    return pathway


async def in_introduction(clinic: Clinic) -> str:
    pathway = await in_assessment(clinic)
    await clinic.pass_time(days=7)
    now = (await clinic.now()).isoformat()
    submit = clinic.submit
    await submit(pathway, "record_session", kind="assessment", held_at=now, attended=True)
    for measure in ("phq-9", "gad-7", "wsas", "bsl-23", "c-ssrs"):
        risk_item = 0 if measure == "phq-9" else None
        score = {"measure": measure, "score": 0, "risk_item": risk_item}
        await submit(pathway, "record_measure", taken_at=now, **score)
    await submit(pathway, "give_consent", consent="treatment", document_version="1", given_at=now)
    await submit(pathway, "agree_safety_plan", plan=PLAN, agreed_at=now)
    decided = await clinic.decided()
    await submit(pathway, "decide_suitability", suitable=True, **decided)
    await submit(pathway, "choose_duration", variant="six-months", **decided)
    await submit(pathway, "enter_phase", phase="introduction")
    await clinic.pass_time(days=7)
    now = (await clinic.now()).isoformat()
    await submit(pathway, "record_session", kind="group", held_at=now, attended=True)
    return pathway


async def in_psychoeducation(clinic: Clinic) -> str:
    return await _in_phase(clinic, "psychoeducation", weeks=2)


async def in_ongoing(clinic: Clinic) -> str:
    return await _in_phase(clinic, "ongoing", weeks=6)


async def in_discharge(clinic: Clinic) -> str:
    return await _in_phase(clinic, "discharge", weeks=2)


async def _in_phase(clinic: Clinic, phase: str, weeks: int) -> str:
    """Some weeks of a phase, in a run that began with it."""
    way = Way(clinic, await clinic.refer(referral()), Script(learns_first=True))
    while (await way.state()).phase != phase:
        await live(clinic, [way], weeks=1)
    await clinic.renew(way.pathway)
    await live(clinic, [way], weeks)
    return way.pathway


async def in_a_pause(clinic: Clinic) -> str:
    pathway = await in_introduction(clinic)
    back = await clinic.now() + timedelta(weeks=3)
    await clinic.submit(pathway, "pause", reason="A journey", resume_at=back.isoformat())
    await clinic.pass_time(weeks=4)
    await clinic.submit(pathway, "resume")
    await clinic.pass_time(weeks=6)
    return pathway


async def in_a_second_run(clinic: Clinic) -> str:
    pathway = await in_introduction(clinic)
    await clinic.renew(pathway)
    await clinic.pass_time(weeks=5)
    return pathway


async def after_the_end(clinic: Clinic) -> str:
    pathway = await in_introduction(clinic)
    await clinic.submit(pathway, "discharge", reason="patient_withdrew")
    await clinic.pass_time(weeks=60)
    return pathway


async def with_a_seat_offer(clinic: Clinic) -> str:
    """The first offer is not answered in time, the second one is accepted."""
    practice, group = await practice_with_a_group(clinic, "with a seat offer")
    (pathway,) = await patients_of(clinic, 1)
    await practice.give(pathway, "offer_seat", group_id=group)
    await clinic.pass_time(hours=74)
    await at_rest(clinic)
    await practice.give(pathway, "offer_seat", group_id=group)
    await practice.give(pathway, "accept_seat", offer=2)
    return pathway


async def with_reminders_that_failed(clinic: Clinic) -> str:
    """One is attempted until it arrives, the next until the session begins; somebody calls then."""
    pathway = await clinic.refer(referral())
    starts_at = await clinic.now() + timedelta(days=3)
    booked = {"kind": "assessment", "starts_at": starts_at.isoformat()}
    await clinic.submit(pathway, "book_session", **booked)
    for away in (timedelta(days=1, minutes=2), timedelta(days=2)):
        away_from(clinic.outbox).touch()
        await clinic.pass_time(seconds=away.total_seconds())
        away_from(clinic.outbox).unlink()
        await clinic.pass_time(minutes=30)
    return pathway


async def with_an_escalation(clinic: Clinic) -> str:
    """Flagged twice: the second flag is added to what is open."""
    pathway = await in_assessment(clinic)
    await flagged(clinic, pathway, "moderate")
    await at_rest(clinic)
    await flagged(clinic, pathway, "high")
    await at_rest(clinic)
    return pathway


async def transferred(clinic: Clinic) -> str:
    pathway = await in_introduction(clinic)
    back = await clinic.now() + timedelta(weeks=2)
    away = {"level": "virtual_iop", "expected_return": back.isoformat()}
    decided = await clinic.decided("More support for a time")
    await clinic.submit(pathway, "transfer_level", **away, **decided)
    await clinic.pass_time(weeks=3)
    await clinic.submit(pathway, "return_from_level", reason="Steadier")
    return pathway


async def patients_of(clinic: Clinic, many: int) -> list[str]:
    """Patients who are ready for the introduction."""
    pathways = [f"pathway-{uuid4()}" for _ in range(many)]
    await bring(clinic, *pathways)
    return pathways


async def practice_with_a_group(clinic: Clinic, story: str) -> tuple[OnWorkflows, str]:
    """Two clinicians, and the group that they lead."""
    practice, group = OnWorkflows(clinic, command_ids(story)), f"group-{uuid4()}"
    leaders = [f"clinician-{uuid4()}" for _ in range(2)]
    for one in leaders:
        await register(practice, one)
    await form(practice, group, leaders)
    return practice, group
