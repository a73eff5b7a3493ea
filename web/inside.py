"""Where somebody is led after a form: to a page of ours, and never elsewhere."""

from urllib.parse import urlsplit


def inside(wanted: str) -> str:
    """The path, if it is one of ours; otherwise the first page."""
    ours = wanted.startswith("/") and not wanted.startswith("//")
    plain = wanted.isprintable() and "\\" not in wanted
    return wanted if ours and plain and not urlsplit(wanted).netloc else "/"
