"""What a pathway asks people to do."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import get_args

from domain.events import access, agreements, care
from domain.events import pathway as facts
from domain.events.corrections import ChangesReckoned
from domain.events.measures import MeasuresReminderFellDue
from domain.pathway.arrangements import Sharing
from domain.pathway.deadlines import deadlines
from domain.pathway.evolve import evolve
from domain.pathway.rows import OpenMeasures
from domain.pathway.state import Pathway
from projections.folded.entity import Entity, Folding
from projections.patients.patient import display_name
from projections.worklist.item import Item, Source, Subject
from projections.worklist.why import (
    MEASURES,
    PATHWAY_DATES,
    PATHWAY_TASKS,
    SEAT_OFFER,
    UNHEARD_FLAG,
    Duty,
)

CHANGING_NOTHING = (
    facts.SessionBooked,
    facts.BookingCancelled,
    facts.SessionReminderFellDue,
    facts.SessionReminded,
    facts.SessionRecorded,
    agreements.ConsentGiven,
    agreements.ConsentWithdrawn,
    agreements.SafetyPlanAgreed,
    agreements.SuitabilityDecided,
    facts.LegalHoldPlaced,
    facts.LegalHoldLifted,
    access.IdentityConfirmed,
    access.SharingOptedOut,
    access.SharingOptedIn,
    access.PcpNamed,
    access.RecordShareAsked,
    care.NotAdmitted,
    MeasuresReminderFellDue,
    ChangesReckoned,
)
"""Events of a pathway that ask nobody for anything by themselves."""


def rows(pathway_id: str, folding: Folding[Pathway]) -> Sequence[Item | Subject]:
    """The patient, and what is to be done for them."""
    pathway = folding.state
    return [
        *_subject(pathway_id, pathway),
        *_tasks(pathway_id, pathway),
        *_dates(pathway_id, pathway),
        *_measures(pathway_id, pathway),
        *_seat_offer(pathway_id, pathway),
        *_unheard(pathway_id, pathway),
    ]


def remembered(pathway: Pathway) -> Pathway:
    """The same without what no item follows from; of one that is erased, what is left to do."""
    if pathway.status in ("absent", "erased"):
        return Pathway(tasks=pathway.tasks)
    return pathway.model_copy(
        update={
            "stays": pathway.stays[-1:],
            "identity_confirmed": (),
            "sharing": Sharing(),
            "waiting": None,
            "declined_groups": (),
            "not_admitted": (),
            "records_requests": (),
            "consents": (),
            "consent_periods": (),
            "safety_plan": None,
            "bookings": (),
            "sessions": (),
            "scores": (),
            "escalations": (),
        }
    )


def gone(pathway: Pathway) -> bool:
    """Somebody may still have to finish an erasure: that is to be done, for nobody by name."""
    return pathway.status in ("absent", "erased") and not pathway.tasks


PATHWAYS = Entity(
    kind="pathway",
    state=Pathway(),
    evolve=evolve,
    remembered=remembered,
    rows=rows,
    gone=gone,
    heeds=tuple(one for one in get_args(facts.PathwayEvent) if one not in CHANGING_NOTHING),
)


def _subject(pathway_id: str, pathway: Pathway) -> Iterator[Subject]:
    if pathway.referral:
        yield Subject(
            pathway_id=pathway_id,
            patient_name=display_name(pathway.referral.patient),
            programme=pathway.programme,
            phase=pathway.phase,
            status=pathway.status,
            risk=pathway.risk.level if pathway.risk else None,
        )


def _tasks(pathway_id: str, pathway: Pathway) -> Iterator[Item]:
    for task in pathway.tasks:
        yield _item(
            pathway_id,
            pathway,
            PATHWAY_TASKS[task.kind],
            item=f"task-{task.number}",
            source="task",
            kind=task.kind,
            opened_at=task.opened_at,
            due_at=task.due_at,
            about=task.about,
        )


def _dates(pathway_id: str, pathway: Pathway) -> Iterator[Item]:
    """What the clock will ask somebody for."""
    for deadline in deadlines(pathway):
        if duty := PATHWAY_DATES.get(deadline.kind):
            yield _item(
                pathway_id,
                pathway,
                duty,
                item=f"ahead-{deadline.kind}",
                source="ahead",
                kind=deadline.kind,
                due_at=deadline.at,
            )


def _measures(pathway_id: str, pathway: Pathway) -> Iterator[Item]:
    """Measures that are asked for; once overdue, they are a task."""
    collecting = {task.about for task in pathway.tasks if task.kind == "collect_measures"}
    for asked in pathway.open_measures:
        if asked.occasion not in collecting:
            yield _item(
                pathway_id,
                pathway,
                MEASURES,
                item=f"measures-{asked.occasion}",
                source="measures",
                kind="answer_measures",
                opened_at=asked.due_at,
                due_at=_wanted_by(asked),
                about=asked.occasion,
            )


def _wanted_by(asked: OpenMeasures) -> datetime:
    return asked.overdue_at or asked.expires_at or asked.due_at


def _seat_offer(pathway_id: str, pathway: Pathway) -> Iterator[Item]:
    offer = pathway.seat_offer
    if offer and offer.expires_at:
        yield _item(
            pathway_id,
            pathway,
            SEAT_OFFER,
            item=f"offer-{offer.number}",
            source="seat_offer",
            kind="answer_seat_offer",
            due_at=offer.expires_at,
            about=offer.group_id,
        )


def _unheard(pathway_id: str, pathway: Pathway) -> Iterator[Item]:
    for flag in pathway.unheard_flags:
        yield _item(
            pathway_id,
            pathway,
            UNHEARD_FLAG,
            item=f"flag-{flag.number}",
            source="flag",
            kind="hear_flag",
            opened_at=flag.at,
            due_at=flag.at,
            about=flag.escalation_id,
        )


def _item(
    pathway_id: str,
    pathway: Pathway,
    duty: Duty,
    *,
    item: str,
    source: Source,
    kind: str,
    due_at: datetime,
    opened_at: datetime | None = None,
    about: str | None = None,
) -> Item:
    own = pathway.therapist if duty.role == "clinician" else None
    return Item(
        entity_id=pathway_id,
        item=item,
        source=source,
        kind=kind,
        subject_pathway_id=pathway_id,
        programme=pathway.programme,
        owner=own or duty.role,
        role=duty.role,
        opened_at=opened_at,
        due_at=due_at,
        clock=None,
        level=pathway.risk.level if pathway.risk else None,
        about=about,
        why=duty.why,
    )
