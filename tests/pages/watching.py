"""What every test of a page watches: no request leaves the machine, and no script fails."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Page, Request

LOOPBACK = "127.0.0.1"
WITHOUT_HOST = ("data", "about", "blob")


def watch(page: Page) -> Callable[[], None]:
    """Begin to watch; what is returned raises `AssertionError` if something went wrong."""
    elsewhere: list[str] = []
    errors: list[str] = []

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in WITHOUT_HOST and address.hostname != LOOPBACK:
            elsewhere.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", lambda error: errors.append(str(error)))

    def check() -> None:
        assert not elsewhere, f"requests left the machine: {elsewhere}"
        assert not errors, f"the page's own scripts or resources failed: {errors}"

    return check
