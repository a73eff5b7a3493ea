"""Handing out a disclosure bundle: of what, to whom and on what basis, and then one archive."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import Field
from starlette.status import HTTP_400_BAD_REQUEST

from audit.errors import AuditError
from audit.export.disclosure import Disclosure
from audit.export.errors import NotSealedYet, NotSealing
from audit.export.scope import OfPatient, OfPeriod, Scope
from domain.events.exports import Basis, ExportScope
from domain.identity import well_formed
from domain.value import Value
from eventstore.seal.errors import SealError
from web.audit_export import handed_out
from web.audit_replay import note_clinic_read
from web.errors import BadRequest, Unavailable
from web.pages.proof import provable_of
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.rights.fields import withheld
from web.rights.needs import needs
from web.rights.permissions import Permission, may
from web.rights.reading import note_reading
from web.rights.reads import purpose_of
from web.rights.sight_of_role import SightOfRole

ABOUT = {"patient": "One patient", "period": "A period", "all": "The whole log"}

router = APIRouter(prefix="/audit/export", dependencies=[needs(Permission.HAND_OUT)])


class Given(Value, extra="ignore"):
    """The form's fields; `of` is a pathway's id, `since` and `until` are days that both count."""

    about: ExportScope = "patient"
    of: str = Field(default="", max_length=100)
    since: str = Field(default="", max_length=10)
    until: str = Field(default="", max_length=10)
    recipient: str = Field(default="", max_length=200)
    basis: Basis = "oversight"


@router.get("")
async def ask(visit: Visiting, of: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """The form, of a patient where the address names one."""
    return _page(visit, Given(of=of))


@router.post("", response_model=None)
async def answer(visit: Visiting, given: Annotated[Given, Form()]) -> Response:
    """The archive, once the log has sealed that it is handed out."""
    try:
        disclosure = _disclosure(visit, given)
        await _note_question(visit, disclosure.scope)
        name = f"disclosure-{disclosure.made_at:%Y%m%dT%H%M%SZ}"
        return await handed_out(visit.services, provable_of(visit), disclosure, name)
    except NotSealing:
        raise Unavailable(
            "The log is not being sealed, so there would be no receipt: nothing was handed out, "
            "and nothing is recorded but the question. See that the sealer runs, and ask again."
        ) from None
    except NotSealedYet:
        raise Unavailable(
            "The sealer ended while the bundle was made, so it has no receipt and nobody got it, "
            "though it is recorded as handed out: see that the sealer runs, and ask again."
        ) from None
    except BadRequest as wrong:
        return _page(visit, given, wrong.message)
    except (AuditError, SealError) as refused:
        return _page(visit, given, str(refused))


async def _note_question(visit: Visit, scope: Scope) -> None:
    if isinstance(scope, OfPatient):
        await note_reading(visit.request, scope.pathway_id)
    else:
        await note_clinic_read(visit.request, visit.services, "/audit/export")


def _disclosure(visit: Visit, given: Given) -> Disclosure:
    """Raises `BadRequest`."""
    role, clinic = visit.actor.role, visit.services.clinic
    if not given.recipient.strip():
        raise BadRequest("Say who gets it: the accounting of disclosures names them.")
    return Disclosure(
        scope=_scope(visit, given),
        by=visit.actor,
        purpose=purpose_of(role),
        see=SightOfRole(role),
        made_at=visit.services.now(),
        recipient=given.recipient.strip(),
        basis=given.basis,
        part_2=clinic.part_2,
        hidden=withheld(role),
        clinic=clinic.name,
    )


def _scope(visit: Visit, given: Given) -> Scope:
    if given.about == "all":
        return OfPeriod()
    if given.about == "period":
        return _period(given)
    entity_id = given.of.strip()
    if not entity_id.startswith("pathway-") or not well_formed(entity_id):
        raise BadRequest("Give the id of the patient's pathway: it begins with pathway-.")
    return OfPatient(entity_id, with_reads=may(visit.actor.role, Permission.READ_ACCESS_LOG))


def _period(given: Given) -> OfPeriod:
    since, until = _midnight(given.since), _midnight(given.until)
    if since is None and until is None:
        raise BadRequest("Give the first day of the period, or the last, or both.")
    if since and until and until < since:
        raise BadRequest("The last day is before the first: exchange them.")
    return OfPeriod(since, until + timedelta(days=1) if until else None)


def _midnight(day: str) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time.min, UTC)
    except ValueError:
        raise BadRequest(f"{day} is no day: give one like 2026-03-31.") from None


def _page(visit: Visit, given: Given, wrong: str | None = None) -> HTMLResponse:
    return page(
        visit.request,
        "audit/export.html",
        status=HTTP_400_BAD_REQUEST if wrong else 200,
        given=given,
        wrong=wrong,
        about=ABOUT,
        bases=get_args(Basis),
    )
