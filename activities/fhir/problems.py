"""What is wrong with a document, place by place, without repeating what stands there."""

import re
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from domain.decider import Reason

Path = tuple[str | int, ...]
"""The way from the bundle to one of its parts: `("entry", 0, "resource")`."""

MAX_REASONS = 100
"""More problems than these are counted, not listed."""

_ELEMENT_NAME = re.compile(r"_?[a-z][A-Za-z0-9]{0,63}")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; without a `path` it is of no element, such as broken JSON.

    `code` is the domain's word where the domain refuses it.
    """

    path: Path | None
    sentence: str
    code: str = "invalid"

    @property
    def reason(self) -> Reason:
        """The same as one sentence that says where."""
        where = "" if self.path is None else f"{written(self.path)}: "
        return Reason(code=self.code, message=f"{where}{self.sentence}")


class InvalidDocument(Exception):
    """The document is not what carepath can take; `problems` holds everything that is wrong.

    Each reason has the code `invalid` and one sentence that says where and what to do.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(one.reason.message for one in problems))
        self.problems = problems

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(one.reason for one in self.problems)

    def __reduce__(self) -> tuple[type["InvalidDocument"], tuple[tuple[Problem, ...]]]:
        """Copies and crosses process boundaries with its problems."""
        return type(self), (self.problems,)


class Problems:
    """Problems found so far. A part that is already refused is not refused a second time.

    `root` is the type that the document has to have.
    """

    def __init__(self, root: str = "Bundle") -> None:
        self.root = root
        self._found: list[Problem] = []
        self._unlisted = 0
        self._refused: set[Path] = set()

    def add(self, path: Path, sentence: str, code: str = "invalid") -> None:
        """Note a problem at `path`, unless one at it or within it is already noted."""
        if path in self._refused:
            return
        self._refused.update(path[:length] for length in range(len(path) + 1))
        self._add(Problem(path, sentence, code))

    def add_text(self, sentence: str, code: str = "invalid") -> None:
        """Note a problem that belongs to no element, such as broken JSON."""
        self._add(Problem(None, sentence, code))

    def _add(self, problem: Problem) -> None:
        if len(self._found) < MAX_REASONS:
            self._found.append(problem)
        else:
            self._unlisted += 1

    @property
    def found(self) -> bool:
        return bool(self._found)

    def refusal(self) -> InvalidDocument:
        """What to raise: the problems found so far."""
        if not self._unlisted:
            return InvalidDocument(tuple(self._found))
        more = (
            f"the bundle: has {self._unlisted} more problems than the {MAX_REASONS} listed; "
            "correct these and send it again."
        )
        return InvalidDocument((*self._found, Problem(None, more)))


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


def expression(root: str, path: Path) -> str:
    """The path as FHIRPath, such as `Bundle.entry[0].resource.birthDate`.

    It ends before a member whose name could not be a FHIR element.
    """
    steps = [root]
    for part in path:
        if isinstance(part, str) and not _ELEMENT_NAME.fullmatch(part):
            break
        steps.append(_step(part))
    return "".join(steps)
