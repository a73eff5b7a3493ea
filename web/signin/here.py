"""Whether a browser is on this very machine, and says so itself."""

from ipaddress import ip_address

from fastapi import Request

from web.signin.discovery import THIS_MACHINE

PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy tells that the browser is somewhere else."""


def named_this_machine(request: Request) -> bool:
    """Whether the browser calls the server by a name of this machine.

    A name of somebody else's that leads here (DNS rebinding) stands in the Host header as it is.
    """
    return request.url.hostname in THIS_MACHINE


def at_this_machine(request: Request) -> bool:
    """The same, and the connection comes from this machine with no proxy between."""
    if any(name in request.headers for name in PASSED_ON):
        return False
    return named_this_machine(request) and _loopback(request.client.host if request.client else "")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
