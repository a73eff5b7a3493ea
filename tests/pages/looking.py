"""Looking at a page: its screenshots, and what axe finds."""

import os
import tempfile
from pathlib import Path
from typing import Literal

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

FOLDER = Path(
    os.environ.get("CAREPATH_SCREENSHOTS") or Path(tempfile.gettempdir(), "carepath-pages")
)
WIDTHS = (1280, 820)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

TOO_WIDE = """
    [document.documentElement, ...document.querySelectorAll("main, .sheet, .card, .scroll, table")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => `${one.tagName} ${one.className}: ${one.scrollWidth - one.clientWidth}`)
"""


async def look(page: Page, name: str) -> None:
    """Keep what the page looks like: each width, light and dark, in `FOLDER`.

    At no width may anything be wider than its place.
    """
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        wide = await page.evaluate(TOO_WIDE)
        assert not wide, f"{name}: too wide for {width} pixels: {wide}"
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=True)
            await accessible(page)


async def accessible(page: Page) -> None:
    """Axe finds nothing that keeps anybody from using the page."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
