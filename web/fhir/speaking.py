"""Every answer below /fhir is FHIR: errors are OperationOutcomes, and all of them are counted."""

import json
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.decider import Reason
from web.fhir.outcome import FHIR_JSON, issue, outcome, outcome_of
from web.security import FHIR, of_fhir

COUNTED = "counted"
"""Where the state of a request says what it is counted as: the way in, and what became of it."""

ACCEPTED_TYPES = ("*/*", "application/*", FHIR_JSON, "application/json")

FAILED = 400

_WAYS = {
    "": "bundle",
    "/": "bundle",
    "/QuestionnaireResponse": "answers",
}


class SpeaksFhir:
    """Passes on whatever is no error; a browser gets what programs get."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not of_fhir(scope["path"]):
            await self._app(scope, receive, send)
            return
        answering = _Answering(scope, send)
        if not _acceptable(Headers(scope=scope).get("accept", "*/*")):
            await NOT_ACCEPTABLE(scope, receive, answering)
            return
        await self._app(_as_program(scope), receive, answering)


class _Answering:
    """Holds an error back until it is whole, and then sends it as an OperationOutcome."""

    def __init__(self, scope: MutableMapping[str, Any], send: Send) -> None:
        self._scope = scope
        self._send = send
        self._failed: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= FAILED:
            self._failed = message
        elif self._failed is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._told(self._failed)

    async def _told(self, failed: Message) -> None:
        told = json.loads(bytes(self._body))
        content = told if "resourceType" in told else outcome_of(told)
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = MutableHeaders(scope=failed)
        headers["Content-Type"] = FHIR_JSON
        headers["Content-Length"] = str(len(body))
        count(self._scope, content["issue"][0]["details"]["coding"][0]["code"])
        await self._send(failed)
        await self._send({"type": "http.response.body", "body": body})


def count(scope: MutableMapping[str, Any], became: str) -> None:
    """Note what became of a request, for whoever counts."""
    way = scope["path"].removeprefix(FHIR)
    counted = _WAYS.get(way, "record" if way.startswith("/Patient") else "other")
    scope.setdefault("state", {})[COUNTED] = (counted, became)


def _acceptable(accept: str) -> bool:
    asked = (one.partition(";")[0].strip().lower() for one in accept.split(","))
    return any(one in ACCEPTED_TYPES for one in asked)


def _as_program(scope: Scope) -> Scope:
    """The request without a wish for pages. The same object: others read its state and route."""
    others = [(name, value) for name, value in scope["headers"] if name != b"accept"]
    scope["headers"] = [*others, (b"accept", FHIR_JSON.encode())]
    return scope


NOT_ACCEPTABLE = JSONResponse(
    outcome([issue(Reason(code="not_acceptable", message=f"Answers are {FHIR_JSON} only."))]), 406
)
