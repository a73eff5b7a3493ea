"""Ports on the loopback address that nobody uses yet."""

import random
import socket
from collections.abc import Iterable

from workers.embedded.errors import PortTaken

LOOPBACK = "127.0.0.1"
QUIET_RANGE = range(20_000, 32_000)
"""Below the range from which systems take the near end of outgoing connections."""


def is_free(port: int) -> bool:
    """Nobody listens on this port, and we may."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
        return True


def any_free_port(before: int | None = None, taken: Iterable[int] = ()) -> int:
    """The port used before if it is still free, else a random free one that is not in `taken`."""
    refused = set(taken)
    if before is not None and before not in refused and is_free(before):
        return before
    candidates = (random.choice(QUIET_RANGE) for _ in range(10_000))  # noqa: S311 - not a secret
    return next(port for port in candidates if port not in refused and is_free(port))


def first_free_port(wanted: int, *, no_other: bool = False, before: int | None = None) -> int:
    """`wanted`, or the port used before, or the next free one above; 0 takes any.

    With `no_other`, raises `PortTaken` if `wanted` is not free.
    """
    if no_other:
        if not is_free(wanted):
            raise PortTaken(wanted)
        return wanted
    if wanted == 0:
        return any_free_port(before)
    preferred = [wanted] if before is None else [before, wanted]
    above = range(wanted + 1, min(wanted + 1_000, 65_536))
    return next((port for port in (*preferred, *above) if is_free(port)), 0) or any_free_port()
