"""What may be done with an entity: open with its form, or blocked with every reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.actor import Actor
from domain.decider import Reason, Transition
from domain.deciders import decider_of
from web.pages.addresses import form_of, sitting_at
from web.pages.visit import Met
from web.rights.commands import may_submit


@dataclass(frozen=True)
class Step:
    """A transition with the address of its form."""

    command: str
    title: str
    address: str
    blocked_by: tuple[Reason, ...]

    @property
    def open(self) -> bool:
        return not self.blocked_by


def steps(met: Met) -> tuple[Step, ...]:
    """Every transition that the actor's role may take at all."""
    permitted = decider_of(met.id).permitted(met.folded.state, met.context)
    actor = met.context.actor
    return tuple(_step(met.id, one) for one in _once(permitted) if _may_take(actor, met.kind, one))


def title_of(met: Met, command: str, preset: Mapping[str, str]) -> str | None:
    """The title of the transition that a form is for, if it is one."""
    for one in decider_of(met.id).permitted(met.folded.state, met.context):
        given = all(preset.get(name) == str(value) for name, value in one.data.items())
        if one.command == command and given:
            return one.title
    return None


def _may_take(actor: Actor, kind: str, transition: Transition) -> bool:
    """Referrals have a way in of their own."""
    return transition.command != "refer" and may_submit(actor.role, kind, transition.command)


def _step(entity_id: str, transition: Transition) -> Step:
    return Step(
        command=transition.command,
        title=transition.title,
        address=_address(entity_id, transition),
        blocked_by=transition.blocked_by,
    )


def _address(entity_id: str, transition: Transition) -> str:
    """The page of what is done there; a patient's own session has one beside its form."""
    kind = transition.data.get("kind")
    if transition.command == "record_session" and isinstance(kind, str):
        return sitting_at(entity_id, kind)
    return form_of(entity_id, transition.command, **transition.data)


def _once(transitions: Iterable[Transition]) -> list[Transition]:
    return list({(one.command, one.title): one for one in transitions}.values())
