"""Moving a pathway to another version of its programme: what has to fit, and which clocks change.

The decision is taken by the version that the pathway moves to.
"""

from datetime import datetime

from domain.commands.pathway import MoveToVersion
from domain.decider import Context, Reason, known, require
from domain.events.pathway import PathwayEvent, TaskKind
from domain.events.timetable import PlannedMeasures, Timetable
from domain.events.version import Reminders, VersionMoved
from domain.pathway import tasks
from domain.pathway.closing import closing
from domain.pathway.deciding import clinician_decides
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from domain.pathway.timetable import follow_ups, keeping_overdue, quiet_after, timetable
from domain.programmes.definition import Definition, Duration
from domain.programmes.label import programme_of


def same_programme(pathway: Pathway, definition: Definition) -> Reason | None:
    programme_id = programme_of(pathway.programme)
    if definition.id == programme_id:
        return None
    return Reason(
        code="other_programme",
        message=f"The pathway is on {programme_id!r}: another programme takes a new referral.",
    )


def version_differs(pathway: Pathway, definition: Definition) -> Reason | None:
    if definition.label != pathway.programme:
        return None
    return Reason(
        code="version_unchanged", message=f"The pathway is on {definition.label} already."
    )


def phases_in_version(pathway: Pathway, definition: Definition) -> Reason | None:
    """The present phase and those before it, in which sessions may still be entered late."""
    names = dict.fromkeys(stay.phase for stay in pathway.stays)
    missing = [name for name in names if definition.phase(name) is None]
    return _absent("phase_not_in_version", definition, "phases", missing)


def purpose_fits(pathway: Pathway, definition: Definition) -> Reason | None:
    """Whoever is in treatment stays in treatment, whoever was discharged stays in follow-up."""
    phase = definition.phase(known(pathway.phase))
    if phase is None:
        return None
    if pathway.discharged_at:
        fitting: tuple[str, ...] = ("follow_up",)
    elif pathway.treatment_started_at:
        fitting = ("treatment", "discharge")
    else:
        fitting = ("assessment", "preparation", "treatment", "discharge")
    if phase.purpose in fitting:
        return None
    return Reason(
        code="phase_purpose_differs",
        message=f"In {definition.label} the phase {phase.id!r} is for {phase.purpose}, "
        "which does not fit how far the patient has come.",
    )


def variant_in_version(pathway: Pathway, definition: Definition) -> Reason | None:
    variant = pathway.variant
    missing = [variant] if variant and definition.variant(variant) is None else []
    return _absent("variant_not_in_version", definition, "durations", missing)


def open_measures_in_version(pathway: Pathway, definition: Definition) -> Reason | None:
    asked = dict.fromkeys(name for one in pathway.open_measures for name in one.measures)
    missing = [name for name in asked if definition.measure(name) is None]
    return _absent("measure_not_in_version", definition, "open measures", missing)


def sessions_in_version(pathway: Pathway, definition: Definition) -> Reason | None:
    """The kinds of session that were held in each phase or are booked in the present one."""
    held = [(one.phase, one.kind) for one in pathway.sessions]
    booked = [(known(pathway.phase), one.kind) for one in pathway.bookings]
    missing = [
        f"{kind} in {name}"
        for name, kind in dict.fromkeys([*held, *booked])
        if (phase := definition.phase(name)) and phase.session(kind) is None
    ]
    return _absent("session_not_in_version", definition, "sessions", missing)


def group_kind_in_version(pathway: Pathway, definition: Definition) -> Reason | None:
    """The kind of group that the patient waits for."""
    kind = pathway.waiting.group_kind if pathway.waiting else None
    missing = [kind] if kind and definition.group_kind(kind) is None else []
    return _absent("group_kind_not_in_version", definition, "kinds of group", missing)


def _absent(code: str, definition: Definition, what: str, missing: list[str]) -> Reason | None:
    if not missing:
        return None
    return Reason(
        code=code,
        message=f"{definition.label} lacks these {what} of the pathway: {', '.join(missing)}.",
    )


def move_to_version(
    pathway: Pathway, command: MoveToVersion, context: Context
) -> list[PathwayEvent]:
    """The pathway goes on by the other version, with its clocks set by it."""
    definition = context.definition
    require(
        *_version_guards(pathway, definition),
        clinician_decides(command.decided_by, context),
    )
    moved = _moved(pathway, command, context)
    outdated = _outdated_by(moved.timetable, context.now)
    return [
        moved,
        *tasks.settled(pathway, outdated, "The version of the programme was changed.", context),
        *_consent_review(pathway, context),
        *closing(evolve(pathway, moved), context),
    ]


def _version_guards(pathway: Pathway, definition: Definition) -> list[Reason | None]:
    """Of another programme nothing else is worth saying."""
    if other := same_programme(pathway, definition):
        return [other]
    return [
        version_differs(pathway, definition),
        phases_in_version(pathway, definition),
        purpose_fits(pathway, definition),
        variant_in_version(pathway, definition),
        open_measures_in_version(pathway, definition),
        sessions_in_version(pathway, definition),
        group_kind_in_version(pathway, definition),
    ]


def _moved(pathway: Pathway, command: MoveToVersion, context: Context) -> VersionMoved:
    definition = context.definition
    variant = definition.variant(pathway.variant or "")
    return VersionMoved(
        at=context.now,
        programme=definition.label,
        before=known(pathway.programme),
        decided_by=command.decided_by,
        reason=command.reason,
        months=variant.months if variant else None,
        weeks=variant.weeks if variant else 0,
        quiet_after=_quiet_after(pathway, context),
        timetable=_timetable(pathway, variant, context),
        follow_ups=_follow_ups(pathway, context),
        reminders=_reminders(pathway, context),
    )


def _quiet_after(pathway: Pathway, context: Context) -> datetime | None:
    """Silence counts from when the patient was last seen; a shorter limit holds from now on."""
    if pathway.quiet_after is None:
        return None
    phase = known(context.definition.phase(known(pathway.phase)))
    due_at = quiet_after(context.definition, phase, known(pathway.quiet_since))
    return max(due_at, context.now) if due_at else None


def _timetable(pathway: Pathway, duration: Duration | None, context: Context) -> Timetable | None:
    started_at = pathway.treatment_started_at
    if started_at is None or pathway.discharged_at:
        return None
    ahead = timetable(
        context.definition,
        started_at,
        known(duration),
        context.now,
        pathway,
    )
    return keeping_overdue(ahead, pathway, context.now)


def _follow_ups(pathway: Pathway, context: Context) -> tuple[PlannedMeasures, ...]:
    """Those still to come; what has fallen due before stays as it was asked for."""
    if pathway.discharged_at is None:
        return ()
    overdue = [one for one in pathway.planned_measures if one.due_at <= context.now]
    planned = follow_ups(context.definition, pathway.discharged_at)
    return (*overdue, *(one for one in planned if one.due_at > context.now))


def _reminders(pathway: Pathway, context: Context) -> tuple[Reminders, ...]:
    found = []
    for booking in (one for one in pathway.bookings if not one.group_reminds):
        overdue = {at for at in booking.remind_at if at <= context.now}
        asked = {
            booking.starts_at - ahead
            for ahead in context.definition.policies.reminders_before_session
        }
        remind_at = tuple(sorted(overdue | {at for at in asked if at > context.now}))
        if remind_at != booking.remind_at:
            found.append(Reminders(booking=booking.number, remind_at=remind_at))
    return tuple(found)


def _consent_review(pathway: Pathway, context: Context) -> list[PathwayEvent]:
    """Whoever is in treatment has consented to documents that may not be in force any more."""
    given = {(one.consent, one.document_version) for one in pathway.consents}
    asked = {(one.id, one.document_version) for one in context.definition.consents}
    in_treatment = pathway.treatment_started_at and not pathway.discharged_at
    if not in_treatment or asked <= given:
        return []
    return tasks.opened(pathway, "consent_review", context.now, context)


def _outdated_by(ahead: Timetable | None, now: datetime) -> tuple[TaskKind, ...]:
    """The tasks that lose their point when the end lies ahead again, and the planning with it."""
    if ahead is None or ahead.ends_at <= now:
        return ()
    return ("end_treatment", "plan_discharge") if ahead.plan_discharge_at else ("end_treatment",)
