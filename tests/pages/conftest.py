"""A desk for each file of tests, and one Chromium; each test has a browser context of its own."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio
from playwright._impl._api_structures import SetCookieParam
from playwright.async_api import Browser, Page, async_playwright

from domain.actor import Role
from eventstore.connect import create_pool
from eventstore.migrate import migrate
from tests.conftest import database
from tests.pages.chromium import NOT_HERE, chromium
from tests.pages.desk import Desk, load_clinic, open_desk
from tests.pages.watching import watch

OpenPage = Callable[..., Awaitable[Page]]

SignIn = Callable[[Role], Awaitable[SetCookieParam]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def loaded(postgres_dsn: str) -> AsyncIterator[str]:
    """The name of a database with the demo clinic, to copy: nobody is connected to it."""
    async with database(postgres_dsn) as dsn:
        connection = await asyncpg.connect(dsn)
        await migrate(connection)
        await connection.close()
        async with await create_pool(dsn, max_size=20) as pool:
            await load_clinic(pool)
        yield urlsplit(dsn).path.removeprefix("/")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(postgres_dsn: str, loaded: str) -> AsyncIterator[Desk]:
    async with (
        database(postgres_dsn, template=loaded) as dsn,
        await create_pool(dsn, max_size=20) as pool,
        open_desk(pool) as desk,
    ):
        yield desk


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = chromium()
    if found is None:
        pytest.skip(NOT_HERE)
    async with async_playwright() as playwright:
        options = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = await playwright.chromium.launch(executable_path=found, args=options)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def sign_in(desk: Desk) -> SignIn:
    """The cookie of the first persona of a role: one session for all tests of a file."""
    kept: dict[Role, SetCookieParam] = {}

    async def sign_in(role: Role) -> SetCookieParam:
        if role not in kept:
            name, secret = await desk.session(role)
            kept[role] = {"name": name, "value": secret, "url": desk.url}
        return kept[role]

    return sign_in


@pytest_asyncio.fixture
async def open_page(desk: Desk, browser: Browser, sign_in: SignIn) -> AsyncIterator[OpenPage]:
    """Opens a page of the desk in a context of its own. What goes wrong in it fails the test."""
    async with AsyncExitStack() as opened:

        async def open_one(path: str, role: Role = "coordinator") -> Page:
            context = await browser.new_context(base_url=desk.url)
            await context.add_cookies([await sign_in(role)])
            opened.push_async_callback(context.close)
            page = await context.new_page()
            page.set_default_timeout(10_000)
            opened.callback(watch(page))
            await page.goto(path)
            return page

        yield open_one
