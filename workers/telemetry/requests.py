"""The API, observed: every request is timed and traced by its route, and never by its path."""

from time import perf_counter

from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.fhir.speaking import COUNTED
from workers.telemetry.spans import span_of
from workers.telemetry.telemetry import Telemetry

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

NOWHERE = "none"
"""The route of a request that reached none."""

FAILED = 500


class ObservedRequests:
    """An application that is watched. A `traceparent` header is followed; baggage is not."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._seconds = telemetry.metrics.request_seconds
        self._fhir = telemetry.metrics.fhir
        self._tracer = telemetry.tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, answer = perf_counter(), _Answer(send)
        try:
            await self._traced(scope, receive, answer)
        finally:
            taken = perf_counter() - begun
            self._seconds.labels(_method(scope), _route(scope), str(answer.status)).observe(taken)
            if counted := scope.get("state", {}).get(COUNTED):
                self._fhir.labels(*counted).inc()

    async def _traced(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        context = TraceContextTextMapPropagator().extract(dict(Headers(scope=scope)))
        method = _method(scope)
        with span_of(self._tracer, method, context=context, kind=SpanKind.SERVER) as span:
            await self._app(scope, receive, answer)
            span.update_name(f"{method} {_route(scope)}")
            span.set_attribute("http.request.method", method)
            span.set_attribute("http.route", _route(scope))
            span.set_attribute("http.response.status_code", answer.status)
            if answer.status >= FAILED:
                span.set_status(StatusCode.ERROR)


class _Answer:
    """Passes an answer on and keeps its status: 500 until there is one."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = FAILED

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "OTHER"


def _route(scope: Scope) -> str:
    """The template, such as /api/entities/{entity_id}: the path itself names an entity."""
    return getattr(scope.get("route"), "path", NOWHERE)
