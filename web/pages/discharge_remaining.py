"""What remains before a discharge, what the discharge will do, and for which reasons it may be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.decider import Context, Reason
from domain.pathway import PATHWAY
from domain.pathway.state import Pathway
from domain.pathway.timetable import follow_ups
from projections.worklist.reading import ToDo
from web.pages.addresses import form_of, home_of
from web.pages.waitlist_words import joined
from web.pages.wording import in_words, sentence


@dataclass(frozen=True)
class Remaining:
    """One thing to have done before a discharge. `address` is the page that does it."""

    title: str
    says: str
    done: bool
    address: str | None = None


@dataclass(frozen=True)
class WayOut:
    """A reason for a discharge; with `blocked_by` it cannot be given now."""

    reason: str
    title: str
    needs: str
    blocked_by: tuple[Reason, ...]


NEEDS = {
    "transferred": "Say below where the patient goes on.",
    "clinically_unsuitable": "Say below where the patient goes on, if several were considered.",
    "moved_out_of_state": "Say below which state the patient moved to.",
    "deceased": "Nobody is written to any more.",
}
"""What a reason needs or means besides."""


def remaining(
    pathway_id: str, pathway: Pathway, context: Context, todo: Sequence[ToDo]
) -> list[Remaining]:
    """Everything that a good ending has, done or not; `todo` is the patient's worklist."""
    return [
        _phase(pathway_id, pathway, context),
        _plan(pathway_id, pathway),
        _measures(pathway_id, pathway, context),
        _safety_plan(pathway_id, pathway, context),
        _escalations(pathway),
        *_tasks(pathway_id, pathway),
        *_requests(todo),
        _sharing(pathway_id, pathway),
    ]


def ways_out(pathway: Pathway, context: Context) -> list[WayOut]:
    """Every reason, those that may be given now first."""
    found = [
        WayOut(
            reason=str(one.data["reason"]),
            title=sentence(in_words(str(one.data["reason"]))),
            needs=NEEDS.get(str(one.data["reason"]), ""),
            blocked_by=one.blocked_by,
        )
        for one in PATHWAY.permitted(pathway, context)
        if one.command == "discharge"
    ]
    return sorted(found, key=lambda one: bool(one.blocked_by))


def followed_up(pathway: Pathway, context: Context) -> list[datetime]:
    """When somebody who was treated is measured after a discharge now; nobody else is."""
    definition = context.programme
    if definition is None or pathway.treatment_started_at is None:
        return []
    if definition.phase_for("follow_up") is None:
        return []
    return [one.due_at for one in follow_ups(definition, context.now)]


def _phase(pathway_id: str, pathway: Pathway, context: Context) -> Remaining:
    last = context.definition.phase_for("discharge")
    if last is None or pathway.phase == last.id:
        return Remaining("The ending is prepared", "The pathway is in its last phase.", done=True)
    return Remaining(
        "The ending is prepared",
        f"Treatment is completed from the phase {last.title}. Other reasons do not need it.",
        done=False,
        address=form_of(pathway_id, "enter_phase", phase=last.id),
    )


def _plan(pathway_id: str, pathway: Pathway) -> Remaining:
    title, address = "What comes after treatment is agreed", form_of(pathway_id, "plan_discharge")
    if pathway.discharge_planned_at:
        return Remaining(title, "It may be revised until the end.", done=True, address=address)
    return Remaining(title, "Record what was agreed with the patient.", done=False, address=address)


def _measures(pathway_id: str, pathway: Pathway, context: Context) -> Remaining:
    title = "Questionnaires at the end answered"
    last = context.definition.phase_for("discharge")
    missing = [
        measure
        for one in pathway.open_measures
        if one.occasion == "discharge"
        for measure in one.measures
    ]
    if missing:
        says = f"Still missing: {joined([one.upper() for one in missing])}."
        address = form_of(pathway_id, "record_measure", measure=missing[0])
        return Remaining(title, says, done=False, address=address)
    if last is not None and pathway.phase != last.id:
        return Remaining(title, "They are asked once the ending is prepared.", done=False)
    return Remaining(title, "None is missing.", done=True)


def _safety_plan(pathway_id: str, pathway: Pathway, context: Context) -> Remaining:
    title, address = "Safety plan fits the time after", form_of(pathway_id, "agree_safety_plan")
    if pathway.safety_plan is None:
        return Remaining(title, "There is no safety plan yet.", done=False, address=address)
    seen = pathway.safety_plan_revised_at or pathway.safety_plan_since
    last = context.definition.phase_for("discharge")
    entered = [one.entered_at for one in pathway.stays if last and one.phase == last.id]
    if seen and entered and seen >= entered[-1]:
        return Remaining(title, "Revised since the ending began.", done=True, address=address)
    says = "Go through it with the patient once more, and record the revision."
    return Remaining(title, says, done=False, address=address)


def _escalations(pathway: Pathway) -> Remaining:
    title = "No escalation is open"
    if not pathway.open_escalations:
        return Remaining(title, "Nobody is worried for the patient now.", done=True)
    address = home_of(pathway.open_escalations[0])
    return Remaining(title, "One is open: resolve it first.", done=False, address=address)


def _tasks(pathway_id: str, pathway: Pathway) -> Iterator[Remaining]:
    for task in pathway.tasks:
        title = sentence(in_words(task.kind))
        address = form_of(pathway_id, "complete_task", task=task.number)
        yield Remaining(title, "This task is open.", done=False, address=address)


def _requests(todo: Sequence[ToDo]) -> Iterator[Remaining]:
    for one in todo:
        if one.source == "records_request":
            address = home_of(one.entity_id)
            yield Remaining("Request for records", one.why, done=False, address=address)


def _sharing(pathway_id: str, pathway: Pathway) -> Remaining:
    title = "Primary care provider told"
    if pathway.sharing.opted_out:
        return Remaining(title, "The patient opted out: nothing is sent.", done=True)
    if pathway.sharing.pcp is None:
        address = form_of(pathway_id, "name_pcp")
        return Remaining(title, "Nobody is named.", done=False, address=address)
    address = form_of(pathway_id, "share_record")
    sent = [one for one in pathway.sharing.shares if one.outcome == "done"]
    if not sent:
        return Remaining(title, "Nothing was sent so far.", done=False, address=address)
    times = "once" if len(sent) == 1 else f"{len(sent)} times"
    return Remaining(title, f"Sent to {times} so far.", done=True, address=address)
