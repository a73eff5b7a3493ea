"""A programme: the versions of its definition that were published. They never change."""

from domain.calendar import day_in
from domain.commands.programme import Publish
from domain.decider import (
    Context,
    Deadline,
    Decider,
    Effect,
    Reason,
    Reference,
    Transition,
    require,
)
from domain.events.programme import Published
from domain.programmes.definition import Definition
from domain.programmes.places import value_at
from domain.value import Value


class Programme(Value):
    """All published versions, the oldest first."""

    definitions: tuple[Definition, ...] = ()

    @property
    def latest(self) -> Definition | None:
        return self.definitions[-1] if self.definitions else None

    def version(self, number: int) -> Definition | None:
        return next((one for one in self.definitions if one.version == number), None)


def next_version(programme: Programme, definition: Definition) -> Reason | None:
    latest = programme.latest
    if latest is None or definition.version == latest.version + 1:
        return None
    return Reason(
        code="version_not_next",
        message=f"Version {latest.version} is in force: the next must be {latest.version + 1}.",
    )


def same_programme(programme: Programme, definition: Definition) -> Reason | None:
    latest = programme.latest
    if latest is None or definition.id == latest.id:
        return None
    return Reason(
        code="other_programme",
        message=f"This is the programme {latest.id!r}: publish {definition.id!r} as its own.",
    )


def signed_by_now(definition: Definition, context: Context) -> Reason | None:
    today = day_in(definition.zone, context.now)
    early = [one.place for one in definition.signatures() if one.signed_on > today]
    if not early:
        return None
    return Reason(
        code="signed_in_future",
        message=f"These are signed on a day that has not come: {', '.join(early)}.",
    )


def signatures_cover(programme: Programme, definition: Definition) -> Reason | None:
    """Whoever signed agreed to the value that stood there, not to what replaces it."""
    if programme.latest is None:
        return None
    before, after = programme.latest.model_dump(), definition.model_dump()
    kept = set(programme.latest.signatures()) & set(definition.signatures())
    outdated = sorted(
        {one.place for one in kept if value_at(before, one.place) != value_at(after, one.place)}
    )
    if not outdated:
        return None
    return Reason(
        code="signature_outdated",
        message="These values changed after they were signed: have them signed again, or leave "
        f"signed_by and signed_on out: {', '.join(outdated)}.",
    )


def decide(programme: Programme, command: Publish, context: Context) -> list[Published]:
    """A version is published once; publishing the very same again changes nothing."""
    if programme.version(command.definition.version) == command.definition:
        return []
    require(
        same_programme(programme, command.definition),
        next_version(programme, command.definition),
        signed_by_now(command.definition, context),
        signatures_cover(programme, command.definition),
    )
    return [Published(at=context.now, definition=command.definition)]


def evolve(programme: Programme, event: Published) -> Programme:
    """The programme with one more version."""
    return Programme(definitions=(*programme.definitions, event.definition))


def _deadlines(_programme: Programme) -> list[Deadline]:
    return []


def _reactions(_programme: Programme, _event: Published) -> list[Effect]:
    return []


def _needs(_programme: Programme, _command: Publish) -> list[Reference]:
    return []


def _permitted(_programme: Programme, _context: Context) -> list[Transition]:
    return [Transition(command="publish", title="Publish the next version")]


PROGRAMME: Decider[Programme, Publish, Published] = Decider(
    kind="programme",
    initial=Programme,
    decide=decide,
    evolve=evolve,
    deadlines=_deadlines,
    reactions=_reactions,
    needs=_needs,
    permitted=_permitted,
    is_closed=lambda _programme: False,
    facts=lambda programme: programme,
)
