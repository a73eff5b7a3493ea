"""Signing in and out: /sign-in, /sign-out."""

import hmac
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from web.csrf import NotFromHere, same_origin
from web.errors import WebError
from web.inside import inside
from web.person import Person
from web.rates import SIGN_INS, Limit
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Services
from web.sessions import Session, Sessions
from web.signin.errors import (
    NoSuchPersona,
    NotThisAddress,
    PatientsAreReal,
    ProviderRefused,
    ProviderUnreachable,
    SignInLost,
)
from web.signin.here import at_this_machine, named_this_machine
from web.signin.invented import only_invented
from web.signin.personas import Persona, personas
from web.signin.provider import Begun, Provider
from web.signin.returning import UNSENT
from web.signin.sealed import LASTS, Seal
from web.signin.showing import Choice, sign_in_page, signed_out_page

CALLBACK = "/sign-in/callback"
BEGUN_COOKIE = "carepath_begun"

router = APIRouter(include_in_schema=False)


class Door:
    """Where people come in and go out: what the routes need, made once for the application."""

    def __init__(self, services: Services) -> None:
        signing_in = services.signing_in
        self.services = services
        self.cookie = signing_in.cookie
        self.sessions = Sessions(services.pool, signing_in.lasting)
        self.seal = Seal(services.identity_key)
        self.limit = Limit(SIGN_INS, services.now)
        self.provider = Provider(signing_in.trusted, services.now) if signing_in.trusted else None

    async def personas(self, request: Request) -> tuple[Persona, ...]:
        """None unless they were asked for, by a browser on this machine.

        Raises `PatientsAreReal` where the log is no demonstration's.
        """
        if not (self.services.signing_in.personas and at_this_machine(request)):
            return ()
        if not await only_invented(self.services.pool):
            raise PatientsAreReal
        return await personas(self.services.store)

    async def choice(self, request: Request, wanted: str) -> Choice:
        title = self.provider.trusted.title if self.provider else None
        choice = Choice(wanted=wanted, provider=title)
        try:
            return replace(choice, personas=await self.personas(request))
        except PatientsAreReal as real:
            return replace(choice, error=real.message)

    def address(self, request: Request, path: str) -> str:
        """A path as browsers reach it. Raises `NotThisAddress`."""
        public = self.services.signing_in.public_url
        if public is None and not named_this_machine(request):
            raise NotThisAddress
        return (public or str(request.base_url)).rstrip("/") + path

    async def let_in(self, person: Person, wanted: str, id_token: str | None = None) -> Response:
        """A session of its own for every sign-in: none is taken over from before."""
        session = await self.sessions.begin(person, self.services.now(), id_token)
        response = RedirectResponse(inside(wanted), HTTP_303_SEE_OTHER)
        self.cookie.give(response, session)
        return response


def add_signing_in(app: FastAPI, services: Services) -> None:
    """Have the application serve the pages of signing in and out."""
    app.state.door = Door(services)
    app.include_router(router)


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


AtDoor = Annotated[Door, Depends(_door)]


@router.get("/sign-in")
async def ways_in(request: Request, door: AtDoor) -> HTMLResponse:
    """The ways in that this installation offers."""
    choice = await door.choice(request, _wanted(request))
    return sign_in_page(request, replace(choice, unsent=UNSENT in request.query_params))


@router.post("/sign-in")
async def as_persona(
    request: Request,
    door: AtDoor,
    persona: Annotated[str, Form(max_length=300)],
    wanted: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Sign in as a persona."""
    try:
        _count(request, door)
        if not same_origin(request):
            raise NotFromHere
        for one in await door.personas(request):
            if one.key == persona:
                return await door.let_in(one.person, wanted)
        raise NoSuchPersona
    except WebError as error:
        return await _again(request, door, error, wanted)


@router.get("/sign-in/provider")
async def to_provider(request: Request, door: AtDoor) -> Response:
    """Send the browser to the identity provider."""
    wanted = _wanted(request)
    try:
        _count(request, door)
        if door.provider is None:
            raise ProviderUnreachable("none is connected to this installation")
        address, begun = await door.provider.begin(door.address(request, CALLBACK), wanted)
    except WebError as error:
        return await _again(request, door, error, wanted)
    response = RedirectResponse(address, HTTP_303_SEE_OTHER)
    response.set_cookie(
        _begun_cookie(door),
        door.seal.closed(begun, door.services.now()),
        max_age=int(LASTS.total_seconds()),
        secure=door.cookie.secure,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return response


@router.get(CALLBACK)
async def from_provider(request: Request, door: AtDoor) -> Response:
    """Take in whom the provider sends back."""
    wanted = "/"
    try:
        _count(request, door)
        begun = _begun(request, door)
        wanted = begun.wanted
        response = await _arrived(request, door, begun)
    except WebError as error:
        response = await _again(request, door, error, wanted)
    response.delete_cookie(_begun_cookie(door), path="/", secure=door.cookie.secure)
    return response


@router.post("/sign-out", dependencies=[needs(Permission.SIGNED_IN)])
async def sign_out(
    request: Request, door: AtDoor, everywhere: Annotated[bool, Form()] = False
) -> Response:
    """End this session, or with `everywhere` all of the same person's."""
    session: Session | None = request.state.session
    if session is None:
        return RedirectResponse("/", HTTP_303_SEE_OTHER)
    await door.sessions.end(session.secret, everywhere=everywhere)
    response = signed_out_page(request, *await _farewell(request, door, session))
    door.cookie.take(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def _arrived(request: Request, door: Door, begun: Begun) -> Response:
    given = request.query_params
    if not hmac.compare_digest(given.get("state", "").encode(), begun.state.encode()):
        raise SignInLost
    if "error" in given:
        code = given["error"]
        raise ProviderRefused(code if code.isidentifier() else "nothing that is known")
    if door.provider is None or "code" not in given:
        raise SignInLost
    arrived = await door.provider.arrive(given["code"], begun)
    return await door.let_in(arrived.person, begun.wanted, arrived.id_token)


async def _farewell(
    request: Request, door: Door, session: Session
) -> tuple[str | None, str | None]:
    """The provider's name, and where it ends its session: a personas' has neither."""
    if door.provider is None or session.id_token is None:
        return None, None
    title = door.provider.trusted.title
    try:
        back = door.address(request, "/sign-in")
        return title, await door.provider.farewell(session.id_token, back)
    except WebError:
        return title, None


async def _again(request: Request, door: Door, error: WebError, wanted: str) -> Response:
    """The ways in once more, with what went wrong."""
    choice = replace(await door.choice(request, inside(wanted)), error=error.message)
    response = sign_in_page(request, choice, error.status)
    response.headers.update(error.headers)
    return response


def _count(request: Request, door: Door) -> None:
    door.limit.take(request.client.host if request.client else "")


def _begun(request: Request, door: Door) -> Begun:
    value = request.cookies.get(_begun_cookie(door))
    begun = door.seal.opened(value, door.services.now()) if value else None
    if begun is None:
        raise SignInLost
    return begun


def _begun_cookie(door: Door) -> str:
    return f"__Host-{BEGUN_COOKIE}" if door.cookie.secure else BEGUN_COOKIE


def _wanted(request: Request) -> str:
    return inside(request.query_params.get("next", "/"))
