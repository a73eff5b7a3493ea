"""Who may use carepath: whoever brings a known token, or the cookie of a living session."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.actor import Actor
from eventstore.errors import StoreUnavailable
from web.csrf import SAFE, require_own_form
from web.errors import Unauthorised, Unavailable, WebError, response_to
from web.person import Person
from web.rates import CHANGES_OF_PEOPLE, CHANGES_OF_PROGRAMS, UNKNOWN_TOKENS, Limit
from web.rights.errors import InsufficientScope
from web.rights.refusals import note_refusal
from web.sessions import Cookie, Session, Sessions
from web.signin.returning import REFRESHES, SIGN_IN, refused
from web.tokens import Bearers

LIVE = "/live"

OPEN_TO_READING = ("/health", "/healthz", "/readyz")
OPEN_BELOW = ("/static/", "/calendar/", f"{SIGN_IN}/")


FHIR = "/fhir"

OPEN_OF_FHIR = (f"{FHIR}/metadata", f"{FHIR}/.well-known/smart-configuration")
"""What a program reads before it knows how to sign in; it says nothing of anybody."""


def of_fhir(path: str) -> bool:
    """Whether a path belongs to the FHIR interface."""
    return path == FHIR or path.startswith(f"{FHIR}/")


def is_open(method: str, path: str) -> bool:
    """Whether nobody needs to be signed in for it."""
    if path == SIGN_IN:
        return True
    reading = method in ("GET", "HEAD")
    return reading and (path in (*OPEN_TO_READING, *OPEN_OF_FHIR) or path.startswith(OPEN_BELOW))


class Gate:
    """Lets a request in if carepath knows who sends it, and notes who that is.

    Afterwards `request.state` has `actor`, `person`, `csrf` (None if a token was brought) and
    `session` (likewise). Others are refused unread: a browser is sent to the sign-in, a program
    gets 401.
    """

    def __init__(
        self,
        app: ASGIApp,
        bearers: Bearers,
        sessions: Sessions,
        cookie: Cookie,
        now: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._bearers = bearers
        self._sessions = sessions
        self._cookie = cookie
        self._now = now
        self._strangers = Limit(UNKNOWN_TOKENS, now)
        self._people = Limit(CHANGES_OF_PEOPLE, now)
        self._programs = Limit(CHANGES_OF_PROGRAMS, now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_open(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            receive = await self._let_in(request)
        except StoreUnavailable:
            await response_to(NOBODY_KNOWN)(scope, receive, send)
        except Unauthorised as refusal:
            await refused(scope, refusal)(scope, receive, send)
        except WebError as refusal:
            await note_refusal(request, refusal)
            await response_to(refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _let_in(self, request: Request) -> Receive:
        """Note who it is, and give what the application is to receive from. Raises a `WebError`."""
        authorization = request.headers.get("authorization")
        if authorization is not None:
            try:
                bearer = await self._bearers.who(authorization)
            except Unauthorised:
                self._strangers.take(request.client.host if request.client else "")
                raise
            _note(request, bearer, None)
            require_within_scopes(bearer, request.url.path)
            self._count(request, self._programs)
            return request.receive
        session = await self._session(request)
        if session is None:
            raise Unauthorised
        _note(request, session.person, session)
        self._count(request, self._people)
        if request.method in SAFE:
            return request.receive
        return await require_own_form(request, session.csrf)

    def _count(self, request: Request, limit: Limit) -> None:
        """Raises `TooMany` for changes that come faster than anybody makes them."""
        if request.method not in SAFE:
            limit.take(request.state.actor.subject)

    async def _session(self, request: Request) -> Session | None:
        secret = self._cookie.read(request)
        if secret is None:
            return None
        by_itself = request.url.path == LIVE or REFRESHES in request.headers
        find = self._sessions.looked_up if by_itself else self._sessions.seen
        return await find(secret, self._now())


def require_within_scopes(person: Person, path: str) -> None:
    """Raise `InsufficientScope` where a program with scopes leaves the FHIR interface."""
    if person.scopes is not None and not of_fhir(path):
        raise InsufficientScope(())


NOBODY_KNOWN = Unavailable(
    "The database does not answer, so nobody's session can be looked up. Try again a little later."
)


def _note(request: Request, person: Person, session: Session | None) -> None:
    request.state.actor = person.actor
    request.state.person = person
    request.state.session = session
    request.state.csrf = session.csrf if session else None


def _acting(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


def _person(request: Request) -> Person:
    person: Person = request.state.person
    return person


Acting = Annotated[Actor, Depends(_acting)]
Someone = Annotated[Person, Depends(_person)]
