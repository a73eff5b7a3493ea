"""The page on which a session of a group is run, from a tablet: opened, noted, closed.

It is one form with several buttons, so that no button loses what was entered for another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, get_args
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.decider import Rejected
from domain.events.incidents import IncidentCategory
from domain.events.presence import Participation
from domain.group.guards import leads_no_other_then
from domain.group.sessions import opening_guards
from domain.us_states import UsState
from web.pages.forms.answers import Unreadable, Wrong
from web.pages.groups.page import meet_group
from web.pages.groups.telling import told
from web.pages.rendering import page
from web.pages.running.acts import Act, act_of
from web.pages.running.doors import doors, named
from web.pages.running.entered import Entered, at_first, wrong_with
from web.pages.running.meeting import Meeting, meeting_of
from web.pages.running.sending import command_id, form_id, send
from web.pages.running.summary import foreseen, recorded
from web.pages.visit import Visit, Visiting
from web.rights.access_log import AccessLog
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission
from workflows.client import EntityError

AROUND = frozenset({"csrf", "form", "do"})
"""What the form carries besides what was entered."""

LOOK = "look"
"""The button that only shows what the session has become meanwhile."""

NOT_SENT = (
    "This was not sent, because Temporal or its workers do not answer. What you entered stands "
    "below: press the button again in a moment. If a life is in danger, call 911 now."
)

Number = Annotated[int, Path(ge=1, lt=2**31)]
Version = Annotated[int, Query(ge=1, lt=2**31)]

router = APIRouter(prefix="/groups", dependencies=[needs(Permission.READ_GROUPS)])


@dataclass(frozen=True)
class Said:
    """What the page says of the last button: what came of it, or all that is wrong.

    `about` is the patient whom it was about, or `incident`.
    """

    done: Sequence[str] = ()
    about: str | None = None
    wrong: Sequence[Wrong] = ()
    status: HTTPStatus = HTTPStatus.OK
    form: UUID = field(default_factory=uuid4)


@router.get("/{group_id}/sessions/{number}")
async def session(
    group_id: str, number: Number, visit: Visiting, done: UUID | None = None
) -> HTMLResponse:
    """The session now."""
    meeting = await meeting_of(visit, group_id, number)
    said = Said(done=_sentences(meeting, done)) if done else Said()
    return _shown(visit, meeting, at_first(meeting), said)


@router.post("/{group_id}/sessions/{number}", dependencies=[needs(Permission.SUBMIT)])
async def act(group_id: str, number: Number, visit: Visiting) -> Response:
    """What one of the buttons asks for. All that was entered stays, unless the page is done."""
    brought = await _brought(visit.request)
    entered = Entered({name: given for name, given in brought.items() if name not in AROUND})
    form, do = form_id("".join(brought.get("form", []))), "".join(brought.get("do", [LOOK]))
    meeting = await meeting_of(visit, group_id, number)
    if do == LOOK or not meeting.among:
        return _shown(visit, meeting, entered, Said())
    try:
        asked = act_of(do, meeting, entered, visit.clinic.zone)
        await send(visit, group_id, command_id(form, do), asked.command, asked.data)
    except Unreadable as unreadable:
        said = Said(wrong=unreadable.wrong, status=HTTPStatus.BAD_REQUEST, form=form)
    except Rejected as refusal:
        said = Said(wrong=_refused(refusal, do, meeting), status=HTTPStatus.CONFLICT, form=form)
    except EntityError:
        wrong = (Wrong(NOT_SENT),)
        said = Said(wrong=wrong, status=HTTPStatus.SERVICE_UNAVAILABLE, form=form)
    else:
        return await _done(visit, meeting, entered, asked, command_id(form, do))
    return _shown(visit, meeting, entered, said)


@router.post("/{group_id}/sessions/{number}/look", dependencies=[needs(Permission.SUBMIT)])
async def look(group_id: str, number: Number, visit: Visiting) -> HTMLResponse:
    """What the rules say to what is entered just now: a fragment, and nothing is recorded."""
    entered = Entered(await _brought(visit.request))
    meeting = await meeting_of(visit, group_id, number)
    _note_looking(visit, meeting)
    return page(visit.request, "running/looked.html", **_judged(visit, meeting, entered))


@router.get("/{group_id}/sessions/{number}/news")
async def news(group_id: str, number: Number, visit: Visiting, seen: Version) -> Response:
    """Whether a colleague has changed what the page shows, in a fragment that changes nothing."""
    met = await meet_group(visit, group_id)
    if met.folded.version == seen:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    address = f"/groups/{group_id}/sessions/{number}"
    return page(visit.request, "running/news.html", address=address, seen=met.folded.version)


async def _done(visit: Visit, before: Meeting, entered: Entered, asked: Act, id_: UUID) -> Response:
    """The page after a command: anew if the session has begun or ended, else as it was left."""
    number = before.session.number
    if asked.command in ("open_session", "hold_session"):
        address = f"/groups/{before.group_id}/sessions/{number}?done={id_}"
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)
    meeting = await meeting_of(visit, before.group_id, number)
    said = Said(_sentences(meeting, id_), asked.patient.id if asked.patient else "incident")
    kept = Entered({**at_first(meeting).fields, **entered.without(asked.spent).fields})
    return _shown(visit, meeting, kept, said)


def _shown(visit: Visit, meeting: Meeting, entered: Entered, said: Said) -> HTMLResponse:
    _note_reading(visit, meeting)
    return page(
        visit.request,
        "running/session.html",
        status=said.status,
        said=said,
        wrong_at={one.field.name: one.message for one in said.wrong if one.field},
        states=get_args(UsState),
        categories=get_args(IncidentCategory),
        participations=get_args(Participation),
        may_run=meeting.among and may_submit(visit.actor.role, "group", "open_session"),
        not_yet=_not_yet(meeting),
        summary=recorded(meeting),
        **_judged(visit, meeting, entered),
    )


def _judged(visit: Visit, meeting: Meeting, entered: Entered) -> dict[str, Any]:
    """What the rules say to what was entered, at the session's stage."""
    stage = meeting.session.stage
    running = stage == "open"
    return {
        "meeting": meeting,
        "entered": entered,
        "doors": doors(meeting, entered) if stage in ("planned", "open") else {},
        "foreseen": foreseen(meeting, entered, visit.clinic.zone) if running else None,
    }


def _not_yet(meeting: Meeting) -> list[str]:
    """Why the session cannot be opened now, whoever comes."""
    group, session, context = meeting.group, meeting.session, meeting.context
    if session.stage != "planned":
        return []
    elsewhere = (
        leads_no_other_then(group, one, [session], context) for one in group.led_by(session)
    )
    found = (*opening_guards(group, session, context), *elsewhere)
    return [named(one.message, meeting) for one in found if one]


def _note_reading(visit: Visit, meeting: Meeting) -> None:
    """Each patient of whom the page tells how they attended is read. Raises `ReadsNotRecorded`."""
    log: AccessLog = visit.request.app.state.access_log
    for one in meeting.patients:
        log.note(one.id, visit.actor, visit.request.scope["route"].path)


def _note_looking(visit: Visit, meeting: Meeting) -> None:
    """What follows each keystroke is of the sitting that began with the page, whose reads stand.

    Raises `ReadsNotRecorded`.
    """
    log: AccessLog = visit.request.app.state.access_log
    what = f"/groups/{meeting.group_id}/sessions/{meeting.session.number}/look"
    log.note_list(visit.actor, what, [one.id for one in meeting.patients], by_itself=True)


def _refused(refusal: Rejected, do: str, meeting: Meeting) -> tuple[Wrong, ...]:
    """Every reason, at the patient whom it names or whose button was pressed."""
    pressed = do.partition(":")[2]
    found = []
    for reason in refusal.reasons:
        about = [one.id for one in meeting.patients if one.id in reason.message] or [pressed]
        message = named(reason.message, meeting)
        found.append(wrong_with(f"patient.{about[0]}", message) if about[0] else Wrong(message))
    return tuple(found)


def _sentences(meeting: Meeting, done: UUID) -> list[str]:
    """A sentence for each event that a command led to."""
    own = [one for one in meeting.events if one.origin.command_id == done]
    return list(dict.fromkeys(told(one, meeting.names) for one in own))


async def _brought(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}
