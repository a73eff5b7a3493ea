"""What is wrong with a document, place by place, without repeating what stands there."""

import re
from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from domain.decider import Reason

Path = tuple[str | int, ...]
"""The way from the bundle to one of its parts: `("entry", 0, "resource")`."""

MAX_REASONS = 100
"""More problems than these are counted, not listed."""

_ELEMENT_NAME = re.compile(r"_?[a-z][A-Za-z0-9]{0,63}")


class InvalidReferral(Exception):
    """The document is not a referral that carepath can take; `reasons` holds every problem found.

    Each reason has the code `invalid` and one sentence that says where and what to do.
    """

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__("\n".join(reason.message for reason in reasons))
        self.reasons = reasons

    def __reduce__(self) -> tuple[type["InvalidReferral"], tuple[tuple[Reason, ...]]]:
        """Copies and crosses process boundaries with its reasons."""
        return type(self), (self.reasons,)


class Problems:
    """Problems found so far. A part that is already refused is not refused a second time."""

    def __init__(self) -> None:
        self._sentences: list[str] = []
        self._unlisted = 0
        self._refused: set[Path] = set()

    def add(self, path: Path, sentence: str) -> None:
        """Note a problem at `path`, unless one at it or within it is already noted."""
        if path in self._refused:
            return
        self._refused.update(path[:length] for length in range(len(path) + 1))
        self.add_text(f"{written(path)}: {sentence}")

    def add_text(self, sentence: str) -> None:
        """Note a problem that belongs to no element, such as broken JSON."""
        if len(self._sentences) < MAX_REASONS:
            self._sentences.append(sentence)
        else:
            self._unlisted += 1

    @property
    def found(self) -> bool:
        return bool(self._sentences)

    def refusal(self) -> InvalidReferral:
        """What to raise: the problems found so far, as reasons."""
        return InvalidReferral(
            tuple(Reason(code="invalid", message=sentence) for sentence in self._all())
        )

    def _all(self) -> Iterable[str]:
        yield from self._sentences
        if self._unlisted:
            yield (
                f"the bundle: has {self._unlisted} more problems than the {MAX_REASONS} listed; "
                "correct these and send it again."
            )


FAULT = "fhir"
"""The pydantic error type of a `fault`: its message is a sentence of ours."""


def fault(sentence: str) -> PydanticCustomError:
    """What a validator raises: `sentence` says what is wrong with the element and what to do."""
    return PydanticCustomError(FAULT, "{sentence}", {"sentence": sentence})


def written(path: Path) -> str:
    """The path as a person reads it: `entry[0].resource.birthDate`.

    A member whose name could not be a FHIR element is written `<member>`: it may hold anything.
    """
    text = "".join(_step(part) for part in path).removeprefix(".")
    return text or "the bundle"


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _ELEMENT_NAME.fullmatch(part) else ".<member>"
