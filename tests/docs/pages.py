"""The pages of this repository as their reader finds them: links, commands, tables."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The text without its fenced blocks."""
        return _FENCED.sub("", self.text)

    def links(self) -> list[str]:
        """The relative links, as written."""
        return [link for link in _LINK.findall(self.prose) if "://" not in link]

    def anchors(self) -> set[str]:
        """What a link into the page may name after `#`."""
        return {_anchor(heading) for heading in _HEADING.findall(self.prose)}

    def commands(self) -> list[list[str]]:
        """The words of every `carepath …`, on a console or within a sentence."""
        return [
            words[1:] for words in (*self._typed(), *self._named()) if words[:1] == ["carepath"]
        ]

    def blocks(self, kind: str) -> list[str]:
        """The fenced blocks of a kind, such as `yaml`."""
        return [block for one, block in _FENCED.findall(self.text) if one == kind]

    def rows(self) -> dict[str, str]:
        """The rows of all tables by the code in their first cell, and the whole row."""
        rows = (line for line in self.prose.splitlines() if line.startswith("| `"))
        return {row.split("`")[1]: row for row in rows}

    def _typed(self) -> Iterator[list[str]]:
        for block in self.blocks("console"):
            yield from _typed_in(block)

    def _named(self) -> Iterator[list[str]]:
        for span in _SPAN.findall(self.prose):
            yield span.split()


def pages() -> list[Page]:
    """Every page of the repository, none of what is installed or made in it."""
    folders = [one for one in ROOT.iterdir() if one.is_dir() and not one.name.startswith(".")]
    within = (path for folder in folders for path in folder.rglob("*.md"))
    return [Page(path) for path in sorted([*ROOT.glob("*.md"), *within])]


def _typed_in(block: str) -> Iterator[list[str]]:
    """The words after each `$ `; quotes and backslashes may go on over several lines."""
    lines = iter(block.splitlines())
    for line in lines:
        if not line.startswith("$ "):
            continue
        typed = line[2:]
        while (words := _words(typed)) is None:
            typed = f"{typed}\n{next(lines)}"
        yield words


def _words(typed: str) -> list[str] | None:
    try:
        return shlex.split(typed, comments=True)
    except ValueError:
        return None


def _anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return kept.replace(" ", "-")
