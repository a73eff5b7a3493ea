"""What a form asks: one command to one entity, before anybody answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from domain.commands.base import Command
from domain.commands.registry import COMMANDS, FROM_ENTITIES
from domain.deciders import UnknownEntity, decider_of
from web.errors import UNKNOWN_ENTITY, NotFound
from web.identity import addressed
from web.pages.forms.correcting import Filled, as_recorded
from web.pages.forms.fields import Field, fields_of
from web.pages.forms.offered import offered_for
from web.pages.forms.questionnaire import with_questions
from web.pages.transitions import title_of
from web.pages.visit import Visit, meet_perhaps
from web.pages.wording import in_words, sentence
from web.requests import NOT_SENT_HERE
from web.rights.needs import require_submitting


@dataclass(frozen=True)
class Asked:
    """`preset` is what the address gives already: it is shown, and not asked for.

    `filled` is what was recorded and is to be corrected.
    """

    entity_id: str
    command: str
    model: type[Command]
    title: str
    fields: tuple[Field, ...]
    preset: Mapping[str, str]
    filled: Filled

    @property
    def says(self) -> str:
        """What the command is for, without the sentences that call fields by their names."""
        first = " ".join((self.model.__doc__ or "").partition("\n\n")[0].split())
        return ". ".join(one.rstrip(".") for one in first.split(". ") if "`" not in one) + "."

    @property
    def open_fields(self) -> list[Field]:
        return [one for one in self.fields if one.name not in self.preset]

    @property
    def settled(self) -> list[tuple[str, str]]:
        """What is given already, in words."""
        return [
            (one.label, dict(one.choices).get(value, in_words(value)))
            for one in self.fields
            if (value := self.preset.get(one.name)) is not None
        ]


async def asked_of(visit: Visit, entity_id: str, command: str) -> Asked:
    """The form. Raises `NotFound` for what is no entity or no command, `Forbidden` for a role."""
    model = _model(entity_id, command)
    require_submitting(visit.actor, entity_id, command)
    preset = dict(visit.request.query_params)
    met = await meet_perhaps(visit, entity_id)
    offered = await offered_for(visit, command, met)
    return Asked(
        entity_id,
        command,
        model,
        title_of(met, command, preset) or sentence(in_words(command)),
        with_questions(fields_of(model, offered), preset),
        preset,
        as_recorded(met.events, preset.get("entry"), visit.clinic.zone),
    )


def _model(entity_id: str, command: str) -> type[Command]:
    try:
        addressed(entity_id, uuid4())
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message) from None
    kind = decider_of(entity_id).kind
    if command in NOT_SENT_HERE | FROM_ENTITIES.get(kind, frozenset()):
        raise NotFound("Only carepath itself gives this command.")
    if command not in COMMANDS[kind]:
        raise NotFound(f"There is no form for this. A {kind} has others.")
    return COMMANDS[kind][command]
