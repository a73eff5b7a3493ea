"""Every kind of entity, by the prefix of its stream ids."""

from collections.abc import Mapping
from typing import Any

from domain.clinician import CLINICIAN
from domain.decider import Decider
from domain.escalation import ESCALATION
from domain.group import GROUP, Group
from domain.group.foresight import clinicians_ahead
from domain.on_call import ON_CALL
from domain.pathway import PATHWAY
from domain.programme import PROGRAMME
from domain.records_request import RECORDS_REQUEST
from domain.value import Value

DECIDERS: Mapping[str, Decider[Any, Any, Any]] = {
    decider.kind: decider
    for decider in (PATHWAY, PROGRAMME, CLINICIAN, ON_CALL, ESCALATION, GROUP, RECORDS_REQUEST)
}


class UnknownEntity(Exception):
    """No entity has this id. Ids look like `pathway-<uuid>` or `programme-<name>`."""

    def __init__(self, entity_id: str) -> None:
        super().__init__(f"no entity has the id {entity_id!r}")
        self.entity_id = entity_id


def facts_of(entity_id: str, facts: Mapping[str, Any]) -> Value:
    """What an entity lets others know, from its JSON."""
    decider = decider_of(entity_id)
    return type(decider.facts(decider.initial())).model_validate(facts)


def seen_beside(state: Value) -> tuple[str, ...]:
    """The entities whose facts tell what blocks an entity's transitions, by what is asked of them.

    A group's facilitators, and whoever stands in for one, may be elsewhere at its next sessions.
    """
    if isinstance(state, Group) and state.status == "open":
        return tuple(dict.fromkeys(clinicians_ahead(state)))
    return ()


def decider_of(entity_id: str) -> Decider[Any, Any, Any]:
    """The Decider for a stream id; raises `UnknownEntity` if its prefix is none of ours."""
    decider = DECIDERS.get(entity_id.partition("-")[0])
    if decider is None:
        raise UnknownEntity(entity_id)
    return decider
