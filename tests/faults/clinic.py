"""The clinic that the campaign disturbs: patients, and clinicians who are called and written to."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.journeys.installation import Installation
from tests.journeys.referrals import invented_referrals
from workers.keys import Keys

ON_CALL = "oncall-mbt-g"
CLINICIANS = 4
TIMEOUT = httpx.Timeout(30, connect=2)
ACCEPTED, REFUSED = 200, (404, 409, 422)


@dataclass(frozen=True)
class Clinic:
    """`pathways` are open and in assessment; every clinician is on call."""

    installation: Installation
    http: httpx.AsyncClient
    pathways: tuple[str, ...]
    clinicians: tuple[str, ...]

    @property
    def entities(self) -> tuple[str, ...]:
        return (*self.pathways, *self.clinicians)


def client_of(installation: Installation) -> httpx.AsyncClient:
    """Speaks to the installation's API, as its first user."""
    token = Keys(installation.settings.keys_dir).api_token.read_text().strip()
    return httpx.AsyncClient(
        base_url=str(installation.state.url),
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT,
        trust_env=False,
    )


async def open_clinic(
    installation: Installation, http: httpx.AsyncClient, folder: Path, patients: int = 9
) -> Clinic:
    """Register everybody, before anything goes wrong."""
    files = await asyncio.to_thread(invented_referrals, folder, patients)
    taken = await installation.ask("refer", *map(str, files), code=1)
    clinicians = [await _register(http, number) for number in range(CLINICIANS)]
    *called, supervisor = clinicians
    await _ask(http, ON_CALL, "set_chain", clinicians=called, supervisor=supervisor)
    pathways = tuple(one["pathway_id"] for one in taken if one["pathway_id"])
    for one in pathways:
        await _ask(http, one, "name_pcp", pcp={"name": "Dr. Invented"})
    return Clinic(installation, http, pathways, tuple(clinicians))


def expiring(number: str) -> dict[str, Any]:
    """A licence that ends within days: its holder is written to at once."""
    today = datetime.now(UTC).date()
    dates = {"since": str(today - timedelta(days=300)), "until": str(today + timedelta(days=3))}
    return {"state": "FL", "number": number, **dates}


async def _register(http: httpx.AsyncClient, number: int) -> str:
    """Every other one is reached by mail, and the rest by text message alone."""
    by_mail, by_phone = {"email": f"c{number}@clinic.example"}, {"phone": "+15555550100"}
    who = {
        "programme": "mbt-g@1",
        "name": f"Invented {number}",
        **(by_phone if number % 2 else by_mail),
    }
    receipt = await _ask(http, "clinician-new", "register", **who)
    return str(receipt["entity_id"])


async def _ask(http: httpx.AsyncClient, entity_id: str, command: str, **data: Any) -> Any:
    asked = {"command": command, "data": data, "command_id": str(uuid4())}
    answer = await http.post(f"/api/entities/{entity_id}/commands", json=asked)
    assert answer.status_code == ACCEPTED, answer.text
    return answer.json()
