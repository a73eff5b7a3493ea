"""Which guards a decision checked, and what each of them said.

A guard is a function that gives `Reason | None`. A decision calls its guards and says nothing of
those that hold, so it is taken again while somebody watches which functions of that kind return.
"""

import sys
from collections.abc import Callable
from types import FrameType, FunctionType
from typing import Any

from domain.decider import Reason
from domain.value import Value

GUARD = Reason | None
"""What a guard gives, as its definition says."""


class Guard(Value):
    """A guard that was checked, by its name and module; `reason` is absent where it holds."""

    name: str
    module: str
    says: str | None
    reason: Reason | None = None

    @property
    def holds(self) -> bool:
        return self.reason is None


def watched(decide: Callable[[], Any]) -> tuple[Guard, ...]:
    """The guards that `decide` checks, in order, each once: not those that a guard itself asks.

    Whatever it raises is left to whoever called it before: here only the guards matter.
    """
    watcher = _Watcher()
    before = sys.getprofile()
    sys.setprofile(watcher)
    try:
        decide()
    except Exception:  # noqa: BLE001 - it was taken before, and its outcome is known
        return watcher.guards
    finally:
        sys.setprofile(before)
    return watcher.guards


class _Watcher:
    """Told by the interpreter of every call and every return."""

    def __init__(self) -> None:
        self._depth = 0
        self._found: dict[tuple[str, Reason | None], Guard] = {}

    @property
    def guards(self) -> tuple[Guard, ...]:
        return tuple(self._found.values())

    def __call__(self, frame: FrameType, happened: str, value: Any) -> None:
        if happened not in ("call", "return"):
            return
        guard = _guard_of(frame)
        if guard is None:
            return
        self._depth += 1 if happened == "call" else -1
        if happened == "return" and self._depth == 0:
            self._note(guard, value)

    def _note(self, guard: FunctionType, reason: Reason | None) -> None:
        found = Guard(
            name=guard.__name__.lstrip("_"),
            module=guard.__module__,
            says=(guard.__doc__ or "").strip().partition("\n")[0] or None,
            reason=reason,
        )
        self._found.setdefault((f"{found.module}.{found.name}", reason), found)


def _guard_of(frame: FrameType) -> FunctionType | None:
    function = frame.f_globals.get(frame.f_code.co_name)
    if not isinstance(function, FunctionType) or function.__code__ is not frame.f_code:
        return None
    return function if function.__annotations__.get("return") == GUARD else None
