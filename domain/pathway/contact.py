"""How a patient wants to be reached: by which ways, in which language, at which address."""

from domain.commands.access import SetContactPreferences
from domain.decider import Context, Reason, require
from domain.events.access import ContactPreferencesSet
from domain.events.pathway import PathwayEvent
from domain.pathway import guards, keeping
from domain.pathway.state import Pathway
from domain.patient import ContactWay


def set_contact_preferences(
    pathway: Pathway, command: SetContactPreferences, context: Context
) -> list[PathwayEvent]:
    """It is the patient's choice at any time: what is not among the ways is used no more."""
    require(
        guards.referred(pathway),
        keeping.not_erased(pathway),
        address_known(pathway, command, "email"),
        address_known(pathway, command, "sms"),
    )
    chosen = ContactPreferencesSet(
        at=context.now,
        by=tuple(dict.fromkeys(command.by)),
        language=command.language,
        email=command.email,
        phone=command.phone,
    )
    return [chosen]


def address_known(
    pathway: Pathway, command: SetContactPreferences, way: ContactWay
) -> Reason | None:
    """Nobody is reached by a way whose address nobody knows."""
    field = "email" if way == "email" else "phone"
    patient = pathway.referral.patient if pathway.referral else None
    if way not in command.by or getattr(command, field) or getattr(patient, field, None):
        return None
    return Reason(
        code=f"{field}_unknown",
        message=f"The referral gives no {field}: add it, or leave this way out.",
    )
