"""The stylesheet and the scripts: files of this repository, and htmx from its own package."""

import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.errors import NotFound

_PACKAGES = {
    "carepath.css": ("web.pages", "static/carepath.css", "text/css"),
    "carepath.js": ("web.pages", "static/carepath.js", "text/javascript"),
    "htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js", "text/javascript"),
    "icon.svg": ("web.pages", "static/icon.svg", "image/svg+xml"),
}

KEPT_FOR_GOOD = "public, max-age=31536000, immutable"

router = APIRouter(prefix="/static", include_in_schema=False)


@cache
def _content(name: str) -> bytes:
    package, path, _ = _PACKAGES[name]
    return files(package).joinpath(path).read_bytes()


@cache
def address(name: str) -> str:
    """Where a file is served; the address changes with its content, so it may be kept for long."""
    return f"/static/{name}?{hashlib.sha256(_content(name)).hexdigest()[:12]}"


@router.get("/{name}")
async def served(name: str, request: Request) -> Response:
    """One file. It says nothing of anybody, so nobody has to sign in for it."""
    if name not in _PACKAGES:
        raise NotFound("There is no such file.")
    by_content = address(name).endswith(f"?{request.url.query}")
    return Response(
        _content(name),
        media_type=_PACKAGES[name][2],
        headers={"Cache-Control": KEPT_FOR_GOOD if by_content else "no-cache"},
    )
