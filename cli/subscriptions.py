"""`subscriptions`: other systems that are told of events, and what they may see of them."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import JsonValue, TypeAdapter, ValidationError

from activities.feeds import subscription as feeds
from activities.feeds import trial
from activities.feeds.changing import changing
from activities.feeds.errors import FeedError
from activities.feeds.subscription import Subscription
from cli import output
from cli.options import DataDir, Json, settings_from
from cli.output import Exit, Refused
from cli.tables import show_table
from domain.actor import Actor
from domain.events.receivers import SubscriptionChange
from domain.events.registry import TYPES
from eventstore.connect import Connection, Pool, create_pool
from web.rights.sight import SIGHTS
from workers.embedded.running import database_url
from workers.settings import PublicUrl

T = TypeVar("T")

REFERENCE = re.compile(r"file:/.+|env:[A-Z][A-Z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
AT_MOST = 2
"""Secrets of one receiver: the one in force, and the other while they are exchanged."""

OWNER = Actor(subject="local-administrator", role="administrator")
"""Whoever has the login that owns the database."""

_DOCUMENT = TypeAdapter(Subscription)

app = typer.Typer(
    name="subscriptions",
    help="Other systems that are told of events: see docs/feeds.md.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="ID", help="A word, such as lab.")]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="file:/PATH|env:NAME",
        help="Where the worker finds the signing secret; two while they are exchanged.",
    ),
]


@app.command("list")
def list_subscriptions(data_dir: DataDir = None, *, json: Json = False) -> None:
    """List every receiver, how far it is behind, and what failed last."""
    found = _with_log(data_dir, feeds.subscriptions)
    if json:
        output.document({"subscriptions": [_document(one) for one in found]})
        return
    rows = [
        (one.id, one.state, one.seq, one.lag, one.failures, one.failure, one.url or "(fetches)")
        for one in found
    ]
    heads = ("receiver", "is", "position", "behind", "tries in vain", "last failure", "at")
    show_table("Subscriptions", heads, rows)


@app.command()
def add(
    name: Name,
    *,
    url: Annotated[
        str | None, typer.Option(help="Where to send; without it the receiver fetches.")
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--type", help="pathway.closed, or escalation.*; all if left out."),
    ] = None,
    sees: Annotated[
        list[str] | None, typer.Option(help=f"What it may see, of: {', '.join(SIGHTS)}.")
    ] = None,
    secret: Secrets = None,
    after: Annotated[
        int | None, typer.Option(min=0, help="The position to begin after; now if left out.")
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Tell another system of events: envelopes alone, unless --sees says what it may see."""
    types, sights, secrets = _types(kinds or []), _sights(sees or []), _references(secret or [])
    if (url is None) != (not secrets):
        raise typer.BadParameter("--url and --secret go together: what is sent is signed")
    if not NAME.fullmatch(name):
        raise typer.BadParameter("an id is a word of small letters, digits, - and _")
    where = _address(url) if url else None

    async def added(log: Connection) -> None:
        await feeds.add(log, name, where, types=types, sees=sights, secrets=secrets, after=after)

    _change(data_dir, name, "added", added, json=json)


@app.command()
def pause(name: Name, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Send nothing until it is resumed."""
    _change(data_dir, name, "paused", lambda log: feeds.pause(log, name), json=json)


@app.command()
def resume(name: Name, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Go on from where it stands, also with a receiver that was parked."""
    _change(data_dir, name, "resumed", lambda log: feeds.resume(log, name), json=json)


@app.command()
def rewind(
    name: Name,
    to: Annotated[int, typer.Option(min=0, help="The position to go on after.")],
    data_dir: DataDir = None,
    *,
    json: Json = False,
) -> None:
    """Send again what follows a position, or leave out what comes before it."""
    _change(data_dir, name, "rewound", lambda log: feeds.rewind(log, name, to), json=json)


@app.command()
def secrets(
    name: Name, secret: Secrets = None, data_dir: DataDir = None, *, json: Json = False
) -> None:
    """Sign by these from now on: by two while the receiver changes from one to the other."""
    given = _references(secret or [])
    if not given:
        raise typer.BadParameter("give one --secret, or two")

    async def exchanged(log: Connection) -> None:
        await feeds.exchange_secrets(log, name, given)

    _change(data_dir, name, "secrets_exchanged", exchanged, json=json)


@app.command()
def remove(name: Name, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Forget a receiver, and how far it had come."""

    async def removed(pool: Pool) -> None:
        async with changing(pool, name, "removed", OWNER) as log:
            await feeds.remove(log, name)

    _with_log(data_dir, removed)
    if json:
        output.document({"id": name, "removed": True})
    else:
        output.answer(f"{name} is told nothing any more")


@app.command("test")
def try_out(name: Name, data_dir: DataDir = None, *, json: Json = False) -> None:
    """Send one signed event that says nothing; exit code 1 if it was not taken."""

    async def tried(pool: Pool) -> str | None:
        one = await feeds.subscription(pool, name)
        if one.url is None:
            raise Refused(f"{name} fetches by itself: there is nowhere to send to")
        return await trial.try_out(one, one.url)

    why = _with_log(data_dir, tried)
    if json:
        output.document({"id": name, "taken": why is None, "why": why})
    else:
        output.answer(f"{name} has taken it" if why is None else f"{name} has not taken it: {why}")
    output.end(Exit.DONE if why is None else Exit.REFUSED)


def _change(
    data_dir: Path | None,
    name: str,
    how: SubscriptionChange,
    change: Callable[[Connection], Awaitable[None]],
    *,
    json: bool,
) -> None:
    """Change a subscription, and say how it is then."""

    async def changed(pool: Pool) -> Subscription:
        async with changing(pool, name, how, OWNER) as log:
            await change(log)
        return await feeds.subscription(pool, name)

    one = _with_log(data_dir, changed)
    if json:
        output.document(_document(one))
    else:
        output.answer(f"{one.id} is {one.state}, at position {one.seq}")


def _document(one: Subscription) -> JsonValue:
    document: JsonValue = _DOCUMENT.dump_python(one, mode="json")
    return document


def _with_log(data_dir: Path | None, work: Callable[[Pool], Awaitable[T]]) -> T:
    """What the work gives with the log's database. Raises `Refused`."""

    async def worked() -> T:
        async with _database(data_dir) as pool:
            return await work(pool)

    try:
        return asyncio.run(worked())
    except FeedError as refused:
        raise Refused(str(refused)) from None


@asynccontextmanager
async def _database(data_dir: Path | None) -> AsyncIterator[Pool]:
    dsn = database_url(settings_from(data_dir))
    pool = await create_pool(dsn, max_size=1, application_name="carepath-subscriptions")
    try:
        yield pool
    finally:
        await pool.close()


def _types(given: list[str]) -> list[str]:
    names = {one.name for one in TYPES if not one.name.startswith("access.")}
    known = names | {f"{name.partition('.')[0]}.*" for name in names}
    for one in given:
        if one not in known:
            raise typer.BadParameter(f"{one} is no event's type: see carepath events schema")
    return given


def _sights(given: list[str]) -> list[str]:
    for one in given:
        if one not in SIGHTS:
            raise typer.BadParameter(f"--sees {one}: there are {', '.join(SIGHTS)}")
    return given


def _references(given: list[str]) -> list[str]:
    if len(given) > AT_MOST or not all(REFERENCE.fullmatch(one) for one in given):
        raise typer.BadParameter("a secret is file:/absolute/path or env:NAME; at most two of them")
    return given


def _address(url: str) -> str:
    try:
        return str(TypeAdapter(PublicUrl).validate_python(url))
    except ValidationError:
        raise typer.BadParameter(
            "a URL begins with https://, or with http:// for a receiver on this machine"
        ) from None
