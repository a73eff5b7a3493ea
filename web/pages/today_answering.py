"""Which transitions answer what is to be done: shown beside it, before all others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import parse_qsl, urlencode, urlsplit

from domain.commands.registry import COMMANDS
from domain.decider import Reason
from web.pages.addresses import form_of
from web.pages.transitions import Step
from web.pages.wording import in_words, sentence

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "answer_seat_offer": ("accept_seat", "decline_seat"),
    "find_group": ("join_waitlist", "offer_seat"),
    "find_therapist": ("assign_therapist",),
    "waitlist_review": ("review_priority", "leave_waitlist"),
    "progress_review": ("record_progress_review",),
    "deterioration_review": ("record_progress_review",),
    "plan_discharge": ("plan_discharge",),
    "end_treatment": ("enter_phase", "discharge", "change_duration"),
    "resume_pathway": ("resume",),
    "return_from_level": ("return_from_level",),
    "verify_benefits": ("request_benefits_check", "verify_benefits"),
    "benefits_lapse": ("request_benefits_check", "verify_benefits"),
    "collect_measures": ("record_measure",),
    "answer_measures": ("record_measure",),
    "consent_review": ("give_consent",),
    "contact_patient": ("book_session",),
    "attendance_review": ("pause", "book_session"),
    "team_decision": ("pause", "transfer_level"),
    "disengagement_review": ("pause", "book_session"),
    "safety_call": ("raise_concern",),
    "hear_flag": ("raise_concern",),
    "send_record": ("share_record", "name_pcp"),
    "reach_patient": ("set_contact_preferences",),
    "acknowledge": ("acknowledge", "hand_to"),
    "contact": ("record_contact_attempt", "hand_to"),
    "visit": ("record_visit", "record_contact_attempt"),
    "resolve": ("formulate", "record_disposition", "review_safety_plan", "resolve"),
    "record_session": ("open_session", "hold_session", "cancel_session"),
    "find_facilitators": ("assign_facilitator",),
    "confirm_facilitator": ("name_substitute", "assign_facilitator"),
    "move_members": ("close",),
    "renew_licence": ("record_licence", "deactivate"),
    "renew_credential": ("record_credential", "deactivate"),
    "answer_access_request": ("fulfil", "extend", "deny", "withdraw"),
    "answer_amendment_request": ("fulfil", "extend", "deny", "withdraw"),
}
"""By the kind of what is to be done; what stands nowhere here is answered by completing it."""

BESIDE = 2
"""So many of one command stand beside a row; of more, the form asks which."""

CERTAIN = frozenset(
    {"accept_seat", "acknowledge", "decline_seat", "request_benefits_check", "resume"}
)
"""What may be done by one click: each can be told from the row, and none ends a treatment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A transition beside a row. `at_once` is where one click does it; otherwise it has a form."""

    title: str
    form: str
    at_once: str | None
    blocked_by: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be answered: an item's kind, and the number of its task and session, if any."""

    entity_id: str
    kind: str
    task: str = ""
    session: str = ""


def answers_to(asked: Question, steps: Sequence[Step], by: str | None) -> tuple[Answer, ...]:
    """The transitions that answer an item, what is open before what is blocked.

    `by` is the clinician who would take a risk on by one click.
    """
    wanted = ANSWERS.get(asked.kind, ())
    completing = [one for one in steps if one.command == "complete_task" and _fits(one, asked)]
    fitting = [one for one in steps if one.command in wanted and _fits(one, asked)]
    fitting.sort(key=lambda one: wanted.index(one.command))
    found = [_answer(one, asked.entity_id, by) for one in (*completing, *_gathered(fitting))]
    return tuple(sorted(found, key=lambda one: bool(one.blocked_by)))


def _gathered(steps: Sequence[Step]) -> Iterator[Step]:
    """One step in place of many that differ in nothing but what the form may ask as well."""
    for command, several in groupby(steps, key=lambda one: one.command):
        alike = list(several)
        if len(alike) <= BESIDE:
            yield from alike
            continue
        entity_form = alike[0].address.partition("?")[0]
        free = any(one.open for one in alike)
        blocked_by = () if free else alike[0].blocked_by
        yield Step(command, sentence(in_words(command)), entity_form, blocked_by)


def at_once(entity_id: str, command: str, preset: Mapping[str, str]) -> str | None:
    """Where one click does it: nothing is left to ask."""
    fields = COMMANDS[entity_id.partition("-")[0]][command].model_fields
    asks = [name for name, one in fields.items() if one.is_required() and name not in preset]
    if asks or command not in CERTAIN:
        return None
    address = f"/do/{entity_id}/{command}"
    return f"{address}?{urlencode(preset)}" if preset else address


def _answer(step: Step, entity_id: str, by: str | None) -> Answer:
    preset = _preset(step)
    if step.command == "acknowledge" and by:
        preset["by"] = by
    return Answer(
        title=step.title,
        form=form_of(entity_id, step.command, **preset),
        at_once=at_once(entity_id, step.command, preset) if step.open else None,
        blocked_by=step.blocked_by,
    )


def _fits(step: Step, asked: Question) -> bool:
    """A transition of another task, or of another session, is no answer."""
    preset = _preset(step)
    session = preset.get("session", asked.session)
    return preset.get("task", asked.task) == asked.task and session == (asked.session or session)


def _preset(step: Step) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(step.address).query))
