"""What every test of a page watches: no request leaves the machine, and no script fails."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Page, Request, Response

LOOPBACK = "127.0.0.1"
WITHOUT_HOST = ("data", "about", "blob")
NOT_LOADED = "Failed to load resource"
"""So a browser also tells of a page that says what is wrong with a form; responses are noted."""


def watch(page: Page) -> Callable[[], None]:
    """Begin to watch; what is returned raises `AssertionError` if something went wrong."""
    elsewhere: list[str] = []
    errors: list[str] = []

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in WITHOUT_HOST and address.hostname != LOOPBACK:
            elsewhere.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NOT_LOADED):
            errors.append(message.text)

    def note_response(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            errors.append(f"{response.status} {response.url}")

    page.on("request", note_request)
    page.on("response", note_response)
    page.on("console", note_message)
    page.on("pageerror", lambda error: errors.append(str(error)))

    def check() -> None:
        assert not elsewhere, f"requests left the machine: {elsewhere}"
        assert not errors, f"the page's own scripts or resources failed: {errors}"

    return check
