"""A programme definition: a course of care as data. Everything a policy may change stands here."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, FiniteFloat, PositiveInt, model_validator

from domain.programmes import words
from domain.programmes.groups import GroupKind, GroupPolicies
from domain.programmes.states import Retention, ServedState
from domain.value import Name, Text, Value

Slug = words.Slug
Length = words.Length
Months = Annotated[int, Field(ge=1, le=120)]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        message = f"{name!r} is not a time zone of the IANA database, such as America/New_York"
        raise ValueError(message) from unknown
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]

Purpose = Literal["assessment", "preparation", "treatment", "discharge", "follow_up"]
"""What a phase is for. The engine knows these five; names, number and order are the programme's."""

GuardName = Literal[
    "found_suitable",
    "consent_given",
    "baseline_complete",
    "safety_plan_agreed",
    "duration_chosen",
    "sessions_completed",
    "ending_is_near",
]


class SessionPlan(Value):
    """The sessions of one kind within a phase.

    `at_least` of those `planned` must have been attended before the phase can be left, and of
    weekly ones at most `per_week` count in a calendar week; more than `at_most` are refused.
    """

    kind: Slug
    title: Name
    length: Length
    per_week: PositiveInt | None = None
    planned: PositiveInt | None = None
    at_least: PositiveInt | None = None
    at_most: PositiveInt | None = None
    needs: tuple[GuardName, ...] = ()

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.at_least and self.at_most and self.at_least > self.at_most:
            message = f"at_least ({self.at_least}) is more than at_most ({self.at_most})"
            raise ValueError(message)
        return self


class Phase(Value):
    """One phase: what it is for, where it may lead, and the guards at its door."""

    id: Slug
    title: Name
    purpose: Purpose
    leads_to: tuple[Slug, ...] = ()
    enter_when: tuple[GuardName, ...] = ()
    leave_when: tuple[GuardName, ...] = ()
    sessions: tuple[SessionPlan, ...] = ()

    def session(self, kind: str) -> SessionPlan | None:
        return next((plan for plan in self.sessions if plan.kind == kind), None)


class Variant(Value):
    """A length of treatment, in calendar months from the first session of treatment."""

    id: Slug
    title: Name
    months: Months


class Measure(Value):
    """An instrument that the programme uses, and the range of its score (both ends included).

    Scores are `whole` numbers unless the instrument's score is a mean.
    """

    id: Slug
    title: Name
    lowest: FiniteFloat
    highest: FiniteFloat
    whole: bool = True

    @model_validator(mode="after")
    def _range_in_order(self) -> Self:
        if self.lowest >= self.highest:
            message = f"lowest ({self.lowest}) is not below highest ({self.highest})"
            raise ValueError(message)
        return self


class MeasureSchedule(Value):
    """Which instruments are due when. Follow-up is in calendar months after discharge."""

    baseline: tuple[Slug, ...]
    progress: tuple[Slug, ...]
    progress_every: Length
    discharge: tuple[Slug, ...]
    follow_up: tuple[Slug, ...]
    follow_up_months: tuple[Months, ...]
    answered_within: Length


class Consent(Value):
    """A consent that treatment needs, the document's version in force, and the risks it shows."""

    id: Slug
    title: Name
    document_version: Name
    risks_shown: tuple[Text, ...] = ()


class AlternativeCare(Value):
    """Another treatment that a clinician may offer at the decision, and why one would."""

    id: Slug
    title: Name
    offered_for: Text


class Policies(Value):
    """Rules that a clinic may set. None of them is repeated as a constant in code."""

    adult_age: PositiveInt
    notice_for_excuse: Length
    late_after: Length
    missed_before_contact: PositiveInt
    missed_in_a_row_before_review: PositiveInt
    missed_in_a_row_before_team_decision: PositiveInt
    inactive_before_review: Length
    task_due_within: Length
    reminders_before_session: tuple[Length, ...]
    progress_review_every: Length
    discharge_planning_before_end: Length
    completed_at_most_before_end: Length
    retention: Retention = Retention()
    groups: GroupPolicies = GroupPolicies()

    @model_validator(mode="after")
    def _absences_escalate(self) -> Self:
        review = self.missed_in_a_row_before_review
        if self.missed_before_contact <= review <= self.missed_in_a_row_before_team_decision:
            return self
        message = "missed sessions must lead to contact, then a review, then a team decision"
        raise ValueError(message)


class SignOff(Value):
    """A clinician's or counsel's agreement to the values named by dotted path."""

    values: tuple[Name, ...]
    by: Literal["clinician", "counsel"]
    signed_by: Name | None = None
    signed_on: date | None = None


class Definition(Value):
    """One version of a programme. A pathway stays on the version it began with."""

    id: Slug
    version: PositiveInt
    title: Name
    source: Text
    zone: Zone
    phases: tuple[Phase, ...] = Field(min_length=1)
    variants: tuple[Variant, ...] = Field(min_length=1)
    measures: tuple[Measure, ...]
    measure_schedule: MeasureSchedule
    consents: tuple[Consent, ...]
    alternatives: tuple[AlternativeCare, ...] = ()
    served_states: tuple[ServedState, ...]
    group_kinds: tuple[GroupKind, ...] = ()
    policies: Policies
    sign_offs: tuple[SignOff, ...] = ()

    @property
    def label(self) -> str:
        """The version's name on events and search attributes: `mbt-g@1`."""
        return f"{self.id}@{self.version}"

    @property
    def first_phase(self) -> Phase:
        return self.phases[0]

    def phase(self, phase_id: str) -> Phase | None:
        return next((phase for phase in self.phases if phase.id == phase_id), None)

    def phase_for(self, purpose: Purpose) -> Phase | None:
        return next((phase for phase in self.phases if phase.purpose == purpose), None)

    def variant(self, variant_id: str) -> Variant | None:
        return next((variant for variant in self.variants if variant.id == variant_id), None)

    def group_kind(self, kind_id: str) -> GroupKind | None:
        return next((kind for kind in self.group_kinds if kind.id == kind_id), None)

    def measure(self, measure_id: str) -> Measure | None:
        return next((measure for measure in self.measures if measure.id == measure_id), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            *_repeated("phase", [phase.id for phase in self.phases]),
            *_repeated("variant", [variant.id for variant in self.variants]),
            *_repeated("measure", [measure.id for measure in self.measures]),
            *_repeated("consent", [consent.id for consent in self.consents]),
            *_repeated("alternative", [other.id for other in self.alternatives]),
            *_repeated("group kind", [kind.id for kind in self.group_kinds]),
            *_repeated("follow-up month", [*self.measure_schedule.follow_up_months]),
            *self._repeated_sessions(),
            *self._broken_links(),
            *self._unknown_measures(),
            *self._bad_group_kinds(),
            *self._bad_sign_offs(),
        ]
        if self.first_phase.purpose != "assessment":
            problems.append("the first phase must have the purpose 'assessment'")
        if self.phase_for("treatment") is None:
            problems.append("at least one phase must have the purpose 'treatment'")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _repeated_sessions(self) -> list[str]:
        return [
            f"phase {phase.id!r}: {problem}"
            for phase in self.phases
            for problem in _repeated("session", [plan.kind for plan in phase.sessions])
        ]

    def _broken_links(self) -> list[str]:
        return [
            f"phase {phase.id!r} leads to {target!r}, which is not a phase"
            for phase in self.phases
            for target in phase.leads_to
            if self.phase(target) is None
        ]

    def _unknown_measures(self) -> list[str]:
        schedule = self.measure_schedule
        return [
            f"measure_schedule.{occasion} names {measure_id!r}, which is not in measures"
            for occasion in ("baseline", "progress", "discharge", "follow_up")
            for measure_id in getattr(schedule, occasion)
            if self.measure(measure_id) is None
        ]

    def _bad_group_kinds(self) -> list[str]:
        return [
            f"group kind {kind.id!r}: {name!r} is not a phase with the session {kind.session!r}"
            for kind in self.group_kinds
            for name in kind.phases
            if not ((phase := self.phase(name)) and phase.session(kind.session))
        ]

    def _bad_sign_offs(self) -> list[str]:
        document = self.model_dump()
        return [
            f"sign_offs names {path!r}, which is not a value of this definition"
            for sign_off in self.sign_offs
            for path in sign_off.values
            if not _exists(document, path)
        ]


def _repeated(what: str, ids: Sequence[str | int]) -> list[str]:
    return [
        f"{what} {name!r} is declared twice" for name, times in Counter(ids).items() if times > 1
    ]


def _exists(document: object, path: str) -> bool:
    for part in path.split("."):
        if isinstance(document, dict) and part in document:
            document = document[part]
        else:
            return False
    return True
