"""One run of the command, and how it ended."""

import json
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


class Carepath(Protocol):
    async def __call__(self, *arguments: str, said: str = "") -> Ended:
        """Run `carepath` with these arguments."""
