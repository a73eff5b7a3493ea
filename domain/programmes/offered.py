"""A definition as it is offered: all of it fits together, or everything that does not is told.

What has been published stays readable whatever is asked of a definition later: these rules stand at
the door where one comes in, and not where one is read back.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidatorFunctionWrapHandler, WrapValidator

from domain.programmes.contradictions import Contradiction, Location, refusal
from domain.programmes.definition import Definition
from domain.programmes.faults_of_figures import faults_of_figures
from domain.programmes.faults_of_groups import faults_of_groups
from domain.programmes.faults_of_guards import faults_of_guards
from domain.programmes.faults_of_phases import faults_of_phases
from domain.programmes.faults_of_policies import faults_of_policies


def _fitting(document: Any, handler: ValidatorFunctionWrapHandler) -> Definition:
    definition: Definition = handler(document)
    if found := faults(definition):
        raise refusal(Definition, found)
    return definition


Offered = Annotated[Definition, WrapValidator(_fitting)]
"""A definition that may be published."""

_OFFERED: TypeAdapter[Definition] = TypeAdapter(Offered)


def offered(document: Any) -> Definition:
    """The definition that a plain document is. Raises `ValidationError` with all that is wrong."""
    return _OFFERED.validate_python(document)


def faults(definition: Definition) -> tuple[Contradiction, ...]:
    """Everything in a well-formed definition that nobody could keep, each at its place."""
    return (
        *faults_of_phases(definition),
        *faults_of_guards(definition),
        *faults_of_groups(definition),
        *faults_of_policies(definition),
        *faults_of_figures(definition),
        *_repeats(definition.model_dump(), ()),
    )


def _repeats(value: Any, place: Location) -> Iterator[Contradiction]:
    """What stands twice in one list."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _repeats(member, (*place, name))
    elif isinstance(value, tuple):
        for at, entry in enumerate(value):
            yield from _repeats(entry, (*place, at))
            if not isinstance(entry, Mapping) and entry in value[:at]:
                yield Contradiction(
                    location=(*place, at),
                    code="repeated",
                    message="the same stands in this list before: leave one out",
                )
