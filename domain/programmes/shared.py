"""One copy of each published definition for all who are on it: 66 kB that not each has to hold."""

from domain.programmes.definition import Definition

_KNOWN: dict[str, Definition] = {}


def shared(definition: Definition) -> Definition:
    """The same definition, and the same object as for everybody else who asked for it here."""
    known = _KNOWN.get(definition.label)
    if known != definition:
        _KNOWN[definition.label] = known = definition
    return known
