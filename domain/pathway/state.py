"""What is known of a pathway: folded from its events, and nothing else."""

from datetime import datetime
from typing import Literal

from domain.events.effects import EffectOutcome
from domain.events.endings import DischargeReason
from domain.events.pathway import TaskKind
from domain.events.timetable import PlannedMeasures
from domain.pathway.arrangements import Benefits, SeatOffer, Sharing, Wait
from domain.pathway.held import Held, Moment
from domain.pathway.rows import (
    Booking,
    Consented,
    ConsentPeriod,
    Flag,
    OpenMeasures,
    Risk,
    Score,
    Session,
    Stay,
    Suitability,
    Task,
    Whereabouts,
)
from domain.patient import Contact, Referral, SafetyPlan
from domain.programmes.words import Duration

STAYS_OPEN: tuple[TaskKind, ...] = (
    "safety_call",
    "send_record",
    "pass_on_message",
    "finish_erasure",
)
"""Tasks that are not over because the pathway is: somebody still waits for them."""

Status = Literal["absent", "open", "paused", "transferred", "closed", "erased"]


class Pathway(Held):
    """One patient's pathway. `version` is that of the latest event, by which an entry is named.

    `quiet_after`, `review_at`, `plan_discharge_at`, `ends_at` and `resume_at` are the instants that
    the clock waits for; each is absent once met. Silence counts from `quiet_since`.
    `planned_measures` are yet to fall due, `open_measures` are due and hold only what is still
    unanswered. Of an erased pathway nothing is known but `erased_at`, and in `erasure` what came of
    destroying its key.

    `referral` is as it was written, but for the state: that is where the patient lives now, since
    `moved_at` if they have moved.

    `benefits_check` is the check that the payer has not answered yet, `seat_offer` the only one
    under way, `group_id` the group that the patient has a seat in. `level` is the level of care
    that they were transferred to; the clocks rest then as they do in a pause.
    """

    status: Status = "absent"
    version: int = 0
    programme: str | None = None
    referral: Referral | None = None
    referred_at: Moment | None = None
    moved_at: Moment | None = None
    former_pathway: str | None = None
    stays: tuple[Stay, ...] = ()
    identity_confirmed: tuple[Moment, ...] = ()
    whereabouts: Whereabouts | None = None
    benefits: Benefits | None = None
    benefits_checks: int = 0
    benefits_check: int | None = None
    benefits_reverify_at: Moment | None = None
    benefits_lapse_at: Moment | None = None
    sharing: Sharing = Sharing()
    contact: Contact | None = None
    waiting: Wait | None = None
    priority_review_at: Moment | None = None
    offers_made: int = 0
    seat_offer: SeatOffer | None = None
    seat_declines: int = 0
    declined_groups: tuple[str, ...] = ()
    group_id: str | None = None
    therapists_assigned: int = 0
    therapist: str | None = None
    not_admitted: tuple[tuple[str, int], ...] = ()
    level: str | None = None
    discharge_planned_at: Moment | None = None
    records_requests: tuple[str, ...] = ()
    consents: tuple[Consented, ...] = ()
    consent_periods: tuple[ConsentPeriod, ...] = ()
    safety_plan: SafetyPlan | None = None
    safety_plan_since: Moment | None = None
    safety_plan_revised_at: Moment | None = None
    safety_plan_revision: int = 0
    suitability: Suitability | None = None
    variant: str | None = None
    months: int | None = None
    weeks: int = 0
    bookings_made: int = 0
    bookings: tuple[Booking, ...] = ()
    sessions: tuple[Session, ...] = ()
    struck_out: tuple[int, ...] = ()
    identity_entry: int = 1
    scores: tuple[Score, ...] = ()
    planned_measures: tuple[PlannedMeasures, ...] = ()
    open_measures: tuple[OpenMeasures, ...] = ()
    treatment_started_at: Moment | None = None
    treatment_ends_at: Moment | None = None
    plan_discharge_at: Moment | None = None
    ends_at: Moment | None = None
    review_at: Moment | None = None
    reviews: int = 0
    quiet_after: Moment | None = None
    quiet_since: Moment | None = None
    paused_at: Moment | None = None
    resume_at: Moment | None = None
    tasks_opened: int = 0
    tasks: tuple[Task, ...] = ()
    risk: Risk | None = None
    flags: int = 0
    unheard_flags: tuple[Flag, ...] = ()
    escalations: tuple[str, ...] = ()
    open_escalations: tuple[str, ...] = ()
    discharged_for: DischargeReason | None = None
    discharged_at: Moment | None = None
    closed_at: Moment | None = None
    legal_holds: tuple[str, ...] = ()
    erased_at: Moment | None = None
    erasure: EffectOutcome | None = None

    @property
    def phase(self) -> str | None:
        """The present phase; none before the referral."""
        return self.stays[-1].phase if self.stays else None

    def phase_at(self, instant: datetime) -> str | None:
        """The phase at `instant`; before the first was entered, the first."""
        entered = [stay.phase for stay in self.stays if stay.entered_at <= instant]
        return entered[-1] if entered else (self.stays[0].phase if self.stays else None)

    @property
    def lives_in(self) -> str | None:
        """The state where the patient lives."""
        return self.referral.patient.state if self.referral else None

    @property
    def duration(self) -> Duration | None:
        """How long treatment lasts; absent until a clinician has chosen."""
        return None if self.months is None else Duration(months=self.months, weeks=self.weeks)

    @property
    def discharge_planning_opened(self) -> bool:
        return self.treatment_started_at is not None and self.plan_discharge_at is None

    @property
    def last_review_opened(self) -> bool:
        """Whether the last progress review before the end has come."""
        return self.treatment_started_at is not None and self.review_at is None

    @property
    def sharing_allowed(self) -> bool:
        """Whether a record may be sent to the primary care provider now."""
        known = self.status not in ("absent", "erased") and self.sharing.pcp is not None
        return known and not self.sharing.opted_out

    @property
    def messages_allowed(self) -> bool:
        """Whether the patient may be written to: never after a death."""
        return self.status not in ("absent", "erased") and self.discharged_for != "deceased"

    def consented(self, consent: str, instant: datetime, document_version: str) -> bool:
        """Whether a consent to a document's version was in force at an instant."""
        return any(
            period.consent == consent
            and period.covers(instant)
            and period.document_version in (document_version, None)
            for period in self.consent_periods
        )

    def consent_withdrawn_at(self, consent: str) -> datetime | None:
        """When a consent was last taken back."""
        return max(
            (one.until for one in self.consent_periods if one.consent == consent and one.until),
            default=None,
        )

    def attended(self, phase: str, kind: str) -> int:
        """How many sessions of a kind the patient was present at in a phase."""
        return sum(
            session.present
            for session in self.sessions
            if session.phase == phase and session.kind == kind
        )

    def task(self, kind: TaskKind, about: str | None = None) -> Task | None:
        """The open task of a kind, about one thing if it is about any."""
        return next((one for one in self.tasks if (one.kind, one.about) == (kind, about)), None)

    @property
    def latest_scores(self) -> tuple[Score, ...]:
        """The latest score of each measure, whatever order they were entered in."""
        ordered = sorted(self.scores, key=lambda one: one.taken_at)
        return tuple({one.measure: one for one in ordered}.values())

    def since_last_attended(self) -> tuple[Session, ...]:
        """The last session attended and those missed since, whatever order they were entered in."""
        last = max((one.held_at for one in self.sessions if one.present), default=None)
        return tuple(
            one
            for one in self.sessions
            if (one.present and one.held_at == last)
            or (one.attendance == "missed" and (last is None or one.held_at >= last))
        )

    def missed_in_a_row(self) -> int:
        """How many of the latest sessions were missed; excused ones neither count nor interrupt."""
        missed = 0
        for session in sorted(self.sessions, key=lambda session: session.held_at, reverse=True):
            if session.present:
                break
            missed += session.attendance == "missed"
        return missed

    def next_due_at(self) -> datetime | None:
        """When somebody must next do something here: the earliest open task or measure."""
        instants = [task.due_at for task in self.tasks]
        instants += [planned.expires_at for planned in self.open_measures if planned.expires_at]
        return min(instants, default=None)
