"""The API as the tests call it, and the bundles that they send."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from domain.actor import ROLES, Role
from web.rights.access_log import AccessLog
from web.rights.commands import may_submit
from web.rights.fields import visible

TOKEN = "a-token-of-the-tests"  # noqa: S105 - known to these tests only


def token_of(role: Role) -> str:
    """Everybody's token; the coordinator's is the one that is used if none is named."""
    return TOKEN if role == "coordinator" else f"{TOKEN}-{role}"


def whose(method: str, path: str) -> Role:
    """Whose business a request is, where it is not the coordinator's."""
    if path.startswith("/api/audit/"):
        return "auditor"
    publishing = method == "POST" and path.startswith(
        ("/api/programmes", "/api/entities/programme-")
    )
    if publishing or path == "/api/recover" or path.endswith(("/rebuild", "/check", "/erasure")):
        return "administrator"
    return "coordinator"


def whose_command(kind: str, command: str) -> Role:
    """Whose business a command is: the coordinator's if they may, else the first who may."""
    if may_submit("coordinator", kind, command):
        return "coordinator"
    return next((one for one in ROLES if may_submit(one, kind, command)), "coordinator")


def as_auditors_see(shown: dict[str, Any]) -> dict[str, Any]:
    """What somebody saw of a patient, without what the replay leaves out for an auditor."""
    timeline = [{**one, "data": visible("auditor", one["data"])} for one in shown["timeline"]]
    return {**shown, "state": visible("auditor", shown["state"]), "timeline": timeline}


class Api(httpx.AsyncClient):
    """Each request comes from somebody whose business it is, unless a test says who acts."""

    app: FastAPI
    anybody: bool = True
    """Whether a request comes from whoever may make it."""

    @contextmanager
    def acting_as(self, role: Role) -> Iterator["Api"]:
        """Everything asked within is asked by somebody in this role."""
        before, anybody = self.headers.pop("Authorization"), self.anybody
        self.headers["Authorization"] = f"Bearer {token_of(role)}"
        self.anybody = False
        yield self
        self.headers["Authorization"], self.anybody = before, anybody

    async def request(self, method: str, url: Any, **how: Any) -> httpx.Response:
        headers = dict(how.pop("headers", None) or {})
        if self._for_anybody() and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {token_of(whose(method, str(url)))}"
        return await super().request(method, url, headers=headers, **how)

    def _for_anybody(self) -> bool:
        return self.anybody and self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def access_log(self) -> AccessLog:
        """What the application keeps of reads until they are recorded."""
        log: AccessLog = self.app.state.access_log
        return log

    async def refer(self, content: dict[str, Any], **params: str) -> dict[str, Any]:
        bundle = json.dumps(content).encode()
        answer = await self.post("/api/referrals", content=bundle, params=params)
        assert answer.status_code == 200, answer.text
        outcome: dict[str, Any] = answer.json()
        return outcome

    async def opened(self, **person: Any) -> str:
        outcome = await self.refer(bundle(**person))
        assert outcome["outcome"] == "accepted", outcome
        return str(outcome["pathway_id"])

    async def submit(self, entity: str, command: str, **data: Any) -> httpx.Response:
        body = {"command": command, "data": data}
        path = f"/api/entities/{entity}/commands"
        if not self._for_anybody():
            return await self.post(path, json=body)
        token = token_of(whose_command(entity.partition("-")[0], command))
        return await self.post(path, json=body, headers={"Authorization": f"Bearer {token}"})

    async def shown(self, entity: str, **params: str) -> dict[str, Any]:
        answer = await self.get(f"/api/entities/{entity}", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def bundle(
    record_number: str | None = None,
    referral_id: str | None = None,
    born: str = "1990-04-02",
    state: str = "FL",
    **more: Any,
) -> dict[str, Any]:
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:clinic", "value": record_number or str(uuid4())}],
        "name": [{"family": "Sample", "given": ["Avery"]}],
        "birthDate": born,
        "address": [{"state": state, "country": "US"}],
        **more,
    }
    request = {
        "resourceType": "ServiceRequest",
        "identifier": [{"system": "urn:sender", "value": referral_id or str(uuid4())}],
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
    }
    entries = [{"resource": patient}, {"resource": request}]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
