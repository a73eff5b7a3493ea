"""Who leads a group, and what they are qualified for today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from eventstore.connect import Pool
from projections.clinicians.reading import Qualification, read_qualifications
from web.pages.today_people import everybody

IN_FORCE = ("valid", "expiring")


@dataclass(frozen=True)
class Leader:
    """A facilitator with the credential that the group needs and with every licence.

    `credential` is absent if there has never been one.
    """

    clinician_id: str
    name: str
    credential: Qualification | None
    licences: tuple[Qualification, ...]

    @property
    def credentialed(self) -> bool:
        return self.credential is not None and self.credential.state in IN_FORCE

    @property
    def states(self) -> tuple[str, ...]:
        """The states in which they may treat today."""
        return tuple(one.of for one in self.licences if one.state in IN_FORCE)


Names = Mapping[str, str]
"""What clinicians are called, by id."""


async def names_of_clinicians(request: Request) -> Names:
    """Everybody's name. Raises `ViewAbsent`, `StoreUnavailable`."""
    return {one.clinician_id: one.name for one in (await everybody(request)).values()}


async def leaders(
    pool: Pool, clinician_ids: Sequence[str], credential: str, day: date, names: Names
) -> list[Leader]:
    """These clinicians as they are qualified on a day, by one query for all of them."""
    held = await read_qualifications(pool, clinician_ids, day)
    return [_leader(one, [q for q in held if q.clinician_id == one], credential, names)
            for one in clinician_ids]  # fmt: skip


def _leader(
    clinician_id: str, held: Sequence[Qualification], credential: str, names: Names
) -> Leader:
    trained = [one for one in held if (one.what, one.of) == ("credential", credential)]
    return Leader(
        clinician_id=clinician_id,
        name=names.get(clinician_id, "A clinician"),
        credential=_foremost(trained),
        licences=tuple(_one_a_state(one for one in held if one.what == "licence")),
    )


def _one_a_state(licences: Iterable[Qualification]) -> list[Qualification]:
    by_state: dict[str, list[Qualification]] = {}
    for one in licences:
        by_state.setdefault(one.of, []).append(one)
    foremost = (_foremost(found) for _, found in sorted(by_state.items()))
    return [one for one in foremost if one]


def _foremost(found: Sequence[Qualification]) -> Qualification | None:
    """What is in force, else what ended last."""
    ordered = sorted(found, key=lambda one: (one.state in IN_FORCE, one.until))
    return ordered[-1] if ordered else None
