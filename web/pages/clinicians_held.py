"""The licences and credentials of clinicians, with the forms that renew or revoke them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import day_in
from domain.clinician.state import Clinician
from projections.clinicians.reading import read_qualifications
from web.pages.addresses import form_of
from web.pages.clinicians_standing import WARNINGS, Period, Standing, standing, standings
from web.pages.visit import Visit
from web.rights.commands import may_submit


@dataclass(frozen=True)
class Held:
    """A licence or credential, and the forms that the role may send for it."""

    standing: Standing
    renew: str | None = None
    revoke: str | None = None


async def read_standings(visit: Visit, clinician_ids: Sequence[str]) -> dict[str, list[Standing]]:
    """How the licences and credentials of these clinicians stand today: one read for all."""
    today, warnings = today_in(visit), _warnings(visit)
    periods: dict[str, list[Period]] = {one: [] for one in clinician_ids}
    for one in await read_qualifications(visit.services.pool, clinician_ids, today):
        period = Period(one.what, one.of, one.number, one.since, one.until, one.revoked)
        periods[one.clinician_id].append(period)
    return {one: standings(held, today, warnings) for one, held in periods.items()}


def held_by(visit: Visit, clinician_id: str, clinician: Clinician, what: str) -> list[Held]:
    """What somebody holds now or held last, and then what was renewed or revoked since."""
    periods = [
        Period(one.what, one.of, one.number, one.since, one.until, one.revoked)
        for one in clinician.periods
        if one.what == what
    ]
    now = standings(periods, today_in(visit), _warnings(visit))
    return [_with_forms(visit, clinician_id, one) for one in now]


def earlier(visit: Visit, clinician: Clinician, what: str) -> list[Standing]:
    """The periods that a later one has renewed, and those that were revoked."""
    today = today_in(visit)
    periods = [
        Period(one.what, one.of, one.number, one.since, one.until, one.revoked)
        for one in clinician.periods
        if one.what == what
    ]
    shown = {(one.of, one.until) for one in standings(periods, today)}
    past = [one for one in periods if one.revoked or (one.of, one.until) not in shown]
    return [standing(one, today, ()) for one in past]


def today_in(visit: Visit) -> date:
    """The clinic's present day."""
    return day_in(visit.clinic.zone.key, visit.services.now())


def _warnings(visit: Visit) -> Sequence[timedelta]:
    """The policy of the programme that warns first."""
    policies: Iterable[Sequence[timedelta]] = (
        one.policies.credential_warnings for one in visit.clinic.programmes
    )
    return next(iter(policies), WARNINGS)


def _with_forms(visit: Visit, clinician_id: str, told: Standing) -> Held:
    field = "kind" if told.what == "credential" else "state"
    preset = {field: told.of, "number": told.number}
    return Held(
        told,
        _form(visit, clinician_id, f"record_{told.what}", preset),
        _form(visit, clinician_id, f"revoke_{told.what}", preset) if told.tone != "over" else None,
    )


def _form(visit: Visit, clinician_id: str, command: str, preset: dict[str, str]) -> str | None:
    allowed = may_submit(visit.actor.role, "clinician", command)
    return form_of(clinician_id, command, **preset) if allowed else None
