"""One desk and one Chromium for all tests of pages; each test has a browser context of its own."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from eventstore.connect import create_pool
from eventstore.migrate import migrate
from tests.conftest import database
from tests.pages.chromium import chromium
from tests.pages.desk import TOKEN, Desk, open_desk
from tests.pages.watching import watch

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(postgres_dsn: str) -> AsyncIterator[Desk]:
    async with database(postgres_dsn) as dsn:
        connection = await asyncpg.connect(dsn)
        await migrate(connection)
        await connection.close()
        async with await create_pool(dsn, max_size=20) as pool, open_desk(pool) as desk:
            yield desk


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = chromium()
    if found is None:
        pytest.skip("no Chromium: install it (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=found, args=options)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def open_page(desk: Desk, browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens a page of the desk in a context of its own. What goes wrong in it fails the test."""
    async with AsyncExitStack() as opened:

        async def open_one(path: str, *, width: int = 1280, dark: bool = False) -> Page:
            context = await browser.new_context(
                base_url=desk.url,
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
                extra_http_headers={"Authorization": f"Bearer {TOKEN}"},
            )
            opened.push_async_callback(context.close)
            page = await context.new_page()
            opened.callback(watch(page))
            await page.goto(path)
            return page

        yield open_one
