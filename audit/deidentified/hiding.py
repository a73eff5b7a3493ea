"""What hides a patient in an export: pseudonyms, days moved back, classes and values of many.

Pure: the same rows and key give the same result.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from audit.deidentified.columns import Column, Table

MOVED_BACK_AT_MOST = 730
"""Days; at least one. Never forward: no day may seem to come after the export."""

TOGETHER_FROM = 90
"""Ages from here on are one band (45 CFR 164.514(b)(2)(i)(C))."""

ADULT = 18
YOUNGEST = 20
"""The decade that adults below it are counted with."""

Row = Mapping[str, Any]

PATIENT = "pathway_id"

Level = Literal["state", "age", "programme"]

LEVELS: tuple[Level, ...] = ("state", "age", "programme")
"""The last thing that is shown of a patient's class, the finest first."""

Class = tuple[str | None, str | None, str | None]
"""Programme, age band, state: what somebody outside may know of a patient."""


@dataclass(frozen=True, slots=True)
class Key:
    """What an export's pseudonyms and moved days follow from: 32 bytes, another each time."""

    secret: bytes = field(repr=False)

    def pseudonym(self, pathway_id: str) -> str:
        """128 bits in hexadecimal, which nobody without the key can tell from random ones."""
        return self._digest("patient", pathway_id).hex()[:32]

    def moved_back(self, pathway_id: str) -> timedelta:
        """By how many days everything of this patient is moved back, always the same."""
        drawn = int.from_bytes(self._digest("days", pathway_id)[:8])
        return timedelta(days=1 + drawn % MOVED_BACK_AT_MOST)

    @property
    def order(self) -> bytes:
        """In what order patients stand, so that their places tell nothing of their ids."""
        return self._digest("order", "")

    def _digest(self, what: str, of: str) -> bytes:
        return hmac.digest(self.secret, f"{what}:{of}".encode(), hashlib.sha256)


def age_band(born: date | None, today: date) -> str | None:
    """`18-29`, `30-39` … `80-89`, `90+`; `0-17` before, and nothing where nobody knows."""
    if born is None:
        return None
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age >= TOGETHER_FROM:
        return f"{TOGETHER_FROM}+"
    if age < ADULT:
        return f"0-{ADULT - 1}"
    decade = max(age // 10 * 10, YOUNGEST)
    return f"{ADULT if decade == YOUNGEST else decade}-{decade + 9}"


def finest(row: Row, today: date) -> Class:
    """All that is ever shown of who a patient is."""
    programme = (row["of_programme"] or "").partition("@")[0] or None
    return programme, age_band(row["birth_date"], today), row["of_state"]


class Classes:
    """k-anonymity by local recoding: the state goes first, then the age, then the patient.

    Each patient is shown in the finest class of the three that `k` patients at least are shown in.
    Needs memory for the classes, not for the patients.
    """

    def __init__(self, patients: Mapping[Class, int], k: int, today: date) -> None:
        self._k = k
        self._today = today
        self.patients = sum(patients.values())
        self._counts: list[Counter[Class]] = []
        left = dict(patients)
        for level in LEVELS:
            counts: Counter[Class] = Counter()
            for one, number in left.items():
                counts[_coarser(one, level)] += number
            self._counts.append(counts)
            left = {one: n for one, n in left.items() if counts[_coarser(one, level)] < k}
        self.left_out = sum(left.values())

    def shown(self, row: Row) -> Class | None:
        """The class in which a patient is shown; None: no row of theirs is."""
        one = finest(row, self._today)
        for level, counts in zip(LEVELS, self._counts, strict=True):
            coarser = _coarser(one, level)
            if counts[coarser] >= self._k:
                return coarser
        return None


def _coarser(one: Class, level: Level) -> Class:
    programme, age, state = one
    return programme, age if level != "programme" else None, state if level == "state" else None


class Codes:
    """How many patients have each value of the coded columns. Rows come patient by patient."""

    def __init__(self, table: Table, k: int) -> None:
        self._coded = [one.name for one in table.columns if one.treatment == "coded"]
        self._k = k
        self._patients: Counter[tuple[str, Any]] = Counter()
        self._patient: str | None = None
        self._seen: set[tuple[str, Any]] = set()

    def note(self, row: Row) -> None:
        """Count a row that is going to be shown."""
        if row[PATIENT] != self._patient:
            self._patient, self._seen = row[PATIENT], set()
        new = {(name, row[name]) for name in self._coded} - self._seen
        self._patients.update(new)
        self._seen |= new

    def shown(self, column: str, value: Any) -> Any:
        """The value, if as many patients have it as have to."""
        return value if self._patients[column, value] >= self._k else None


class Hiding:
    """Everything that is done to the rows of one table: each is noted first, then hidden."""

    def __init__(self, table: Table, key: Key, classes: Classes, k: int) -> None:
        self.table = table
        self.key = key
        self._classes = classes
        self._codes = Codes(table, k)

    def note(self, rows: Iterable[Row]) -> None:
        """Count who has which value, of all rows before any is hidden."""
        for row in rows:
            if self._classes.shown(row) is not None:
                self._codes.note(row)

    def hidden(self, rows: Iterable[Row]) -> list[dict[str, Any]]:
        """The rows as analysts get them; those of patients who are left out are not among them."""
        found = []
        for row in rows:
            shown = self._classes.shown(row)
            if shown is not None:
                found.append({one.name: self._value(one, row, shown) for one in self.table.columns})
        return found

    def _value(self, column: Column, row: Row, shown: Class) -> Any:
        match column.treatment:
            case "pseudonym":
                return self.key.pseudonym(row[PATIENT])
            case "generalised":
                return shown[GENERALISED.index(column.name)]
            case "shifted":
                return _moved(row[column.name], self.key.moved_back(row[PATIENT]))
            case "coded":
                return self._codes.shown(column.name, row[column.name])
            case "kept":
                return row[column.name]


GENERALISED: Sequence[str] = ("programme", "age_band", "state")
"""The columns of a class, in its order."""


def _moved(at: datetime | None, back: timedelta) -> date | None:
    return at.astimezone(UTC).date() - back if at else None
