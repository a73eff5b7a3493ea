"""A browser as far as the tests of signing in need one: it keeps cookies and fills in forms."""

import re
from html import unescape

import httpx

from web.app import create_app
from web.services import Services

HERE = "http://127.0.0.1:8600"
PAGES = {"Accept": "text/html"}


class Browser(httpx.AsyncClient):
    """Sends the form that a page shows, from that page."""

    def __init__(self, services: Services, base_url: str = HERE) -> None:
        self.app = create_app(services)
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50_000))
        super().__init__(transport=transport, base_url=base_url, headers=PAGES)

    async def be(self, persona: str, wanted: str = "/") -> httpx.Response:
        """Sign in as a persona."""
        form = {"persona": persona, "next": wanted}
        return await self.post("/sign-in", data=form, headers={"Origin": str(self.base_url)})

    async def csrf(self, services: Services) -> str:
        """What a form of the present session carries."""
        cookie = services.signing_in.cookie.name
        door = self.app.state.door
        session = await door.sessions.seen(self.cookies[cookie], services.now())
        return str(session.csrf)


def links(page: httpx.Response) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]*)"', page.text)]
