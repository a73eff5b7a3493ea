"""Looking at a page: its screenshots, and what axe finds."""

import os
from typing import Literal

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

FOLDER = os.environ.get("CAREPATH_SCREENSHOTS")
Shown = tuple[int, Literal["light", "dark"]]
LOOKED_AT: tuple[Shown, ...] = ((1280, "light"), (820, "dark"))
"""Each width and each scheme once: what is too wide has no colour, and contrast no width."""

SHOWN: tuple[Shown, ...] = (*LOOKED_AT, (1280, "dark"), (820, "light")) if FOLDER else LOOKED_AT
"""Whoever keeps what a page looks like wants to see it in every way."""

TOO_WIDE = """
    [document.documentElement, ...document.querySelectorAll("main, .sheet, .card, .scroll, table")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => `${one.tagName} ${one.className}: ${one.scrollWidth - one.clientWidth}`)
"""


async def look(page: Page, name: str) -> None:
    """Axe looks at the page wide and light, and narrow and dark.

    At no width may anything be wider than its place. What it looks like is kept in `FOLDER` if
    one is named, and then in all four ways.
    """
    for width, scheme in SHOWN:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)
        wide = await page.evaluate(TOO_WIDE)
        assert not wide, f"{name}: too wide for {width} pixels: {wide}"
        if FOLDER:
            await page.screenshot(path=f"{FOLDER}/{name}-{width}-{scheme}.png", full_page=True)
        await accessible(page)


async def accessible(page: Page) -> None:
    """Axe finds nothing that keeps anybody from using the page."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
