"""A programme definition: a course of care as data. Everything a policy may change stands here."""

from datetime import timedelta
from typing import Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, model_validator

from domain.programmes.access import (
    BenefitPolicies,
    CareLevels,
    RecordsPolicies,
    WaitlistPolicies,
)
from domain.programmes.contradictions import contradictions, refusal
from domain.programmes.groups import GroupKind, GroupPolicies
from domain.programmes.measures import Measure, MeasureSchedule
from domain.programmes.phases import Phase, SessionPlan, Variant
from domain.programmes.safety import SafetyPolicies
from domain.programmes.sign_offs import Signature, SignOff, Unsigned
from domain.programmes.states import Retention, ServedState
from domain.programmes.words import (
    Duration,
    GuardName,
    HowMany,
    Length,
    Months,
    Part,
    Purpose,
    Slug,
    Zone,
)
from domain.value import Name, Text

ConsentPurpose = Literal["treatment", "virtual", "group"]


class Consent(Part):
    """A consent that treatment, or some of its sessions, needs."""

    id: Slug
    """The consent's name in events and commands."""
    title: Name
    """What people read."""
    document_version: Name = Field(examples=["1"])
    """The version of the document that is in force."""
    needed_for: ConsentPurpose = "treatment"
    """What asks for it: all of treatment, sessions held virtually, or sessions in a group."""
    risks_shown: tuple[Text, ...] = ()
    """The risks that the document shows the patient, each with how it is managed."""


class AlternativeCare(Part):
    """Another treatment that a clinician may offer at the decision."""

    id: Slug
    """The treatment's name in events and commands."""
    title: Name
    """What people read."""
    offered_for: Text
    """Why one would offer it."""


class Policies(Part):
    """Rules that a clinic may set. None of them is repeated as a constant in code."""

    adult_age: HowMany = Field(examples=[18])
    """How old, in years, a patient has to be at the referral."""
    notice_for_excuse: Length
    """How long before a session an absence has to be announced to count as excused."""
    late_after: Length
    """From which delay on the patient's arrival is recorded as late."""
    missed_before_contact: HowMany = Field(examples=[1])
    """How many missed sessions ask for the patient to be contacted."""
    missed_in_a_row_before_review: HowMany = Field(examples=[2])
    """How many missed in a row ask for a review."""
    missed_in_a_row_before_team_decision: HowMany = Field(examples=[3])
    """How many missed in a row ask for a decision of the team."""
    inactive_before_review: Length
    """How long a silence without a pause asks for a review."""
    task_due_within: Length
    """How long a person has for a task."""
    reminders_before_session: tuple[Length, ...] = Field(examples=[["PT48H", "PT2H"]])
    """How long before a booked session the patient is reminded, once for each length."""
    progress_review_every: Length
    """How far apart progress reviews are, from the first session of treatment on."""
    discharge_planning_before_end: Length
    """How long before the planned end discharge planning opens."""
    completed_at_most_before_end: Length
    """How long before the planned end treatment may count as completed."""
    credential_warnings: tuple[Length, ...] = (timedelta(days=60), timedelta(days=30))
    """How long before a clinician's licence or credential expires they are warned, each time."""
    retention: Retention = Retention()
    """How long the record of a closed pathway is kept."""
    safety: SafetyPolicies = SafetyPolicies()
    """How fast a patient at risk is answered."""
    groups: GroupPolicies = GroupPolicies()
    """The rules of every group."""
    benefits: BenefitPolicies = BenefitPolicies()
    """When benefits are verified again."""
    waitlist: WaitlistPolicies = WaitlistPolicies()
    """How seats are offered."""
    records: RecordsPolicies = RecordsPolicies()
    """By when a request for records is answered."""

    @model_validator(mode="after")
    def _absences_escalate(self) -> Self:
        review = self.missed_in_a_row_before_review
        if self.missed_before_contact <= review <= self.missed_in_a_row_before_team_decision:
            return self
        message = "missed sessions must lead to contact, then a review, then a team decision"
        raise ValueError(message)


class Definition(Part):
    """One version of a programme. A pathway stays on the version it began with until it is moved.

    Lengths of time are ISO 8601: P4W is four weeks, PT90M ninety minutes.
    """

    id: Slug = Field(examples=["mbt-g"])
    """The programme's name; it stays the same from version to version."""
    version: HowMany = Field(examples=[1])
    """1, and one more for each version published."""
    title: Name
    """What people read."""
    source: Text
    """Where the programme is described."""
    zone: Zone
    """The time zone of its calendar: of ages, of the ends of months, of days served."""
    phases: tuple[Phase, ...] = Field(min_length=1)
    """The phases; a referral opens the first, whose purpose is `assessment`."""
    variants: tuple[Variant, ...] = Field(min_length=1)
    """The lengths of treatment that a clinician may choose from."""
    measures: tuple[Measure, ...]
    """The instruments that the programme uses."""
    measure_schedule: MeasureSchedule
    """Which of them are due when."""
    consents: tuple[Consent, ...]
    """The consents; those for treatment are what the guard `consent_given` asks for."""
    alternatives: tuple[AlternativeCare, ...] = ()
    """Other treatments that may be offered where this one does not suit."""
    served_states: tuple[ServedState, ...] = Field(json_schema_extra={"minItems": 1})
    """Where, how and from when to when the programme is given."""
    group_kinds: tuple[GroupKind, ...] = ()
    """The kinds of therapy groups that the programme has."""
    care_levels: CareLevels = CareLevels()
    """The levels of care, and which of them the programme is."""
    policies: Policies
    """The clinic's rules."""
    sign_offs: tuple[SignOff, ...] = ()
    """Who has signed, or has still to sign, for which values."""

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

    @property
    def shortest_treatment(self) -> timedelta:
        """The shortest length that may be chosen, with months of 30 days."""
        return min(timedelta(days=30 * one.months, weeks=one.weeks) for one in self.variants)

    def variant(self, variant_id: str) -> Variant | None:
        return next((variant for variant in self.variants if variant.id == variant_id), None)

    def group_kind(self, kind_id: str) -> GroupKind | None:
        return next((kind for kind in self.group_kinds if kind.id == kind_id), None)

    def measure(self, measure_id: str) -> Measure | None:
        return next((measure for measure in self.measures if measure.id == measure_id), None)

    def signatures(self) -> tuple[Signature, ...]:
        """Every agreement that was given, value by value."""
        return tuple(
            Signature(place=place, by=one.by, signed_by=one.signed_by, signed_on=one.signed_on)
            for one in self.sign_offs
            if one.signed_by and one.signed_on
            for place in one.values
        )

    def unsigned(self) -> tuple[Unsigned, ...]:
        """The values that still wait for a signature, in the order in which they are listed."""
        awaited = [
            Unsigned(place=place, by=one.by)
            for one in self.sign_offs
            if one.signed_by is None
            for place in one.values
        ]
        if self.policies.retention.signed_by is None:
            awaited.append(Unsigned(place="policies.retention", by="counsel"))
        return tuple(dict.fromkeys(awaited))

    @model_validator(mode="wrap")
    @classmethod
    def _consistent(cls, document: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Everything that is wrong is told at once, each at its place."""
        if isinstance(document, cls):
            return handler(document)
        try:
            definition = handler(document)
        except ValidationError as invalid:
            raise refusal(cls, contradictions(cls, document), invalid) from None
        found = contradictions(cls, definition.model_dump())
        if found:
            raise refusal(cls, found)
        return definition


__all__ = [
    "AlternativeCare",
    "Consent",
    "Definition",
    "Duration",
    "GuardName",
    "Length",
    "Measure",
    "MeasureSchedule",
    "Months",
    "Phase",
    "Policies",
    "Purpose",
    "SessionPlan",
    "SignOff",
    "Slug",
    "Variant",
    "Zone",
]
