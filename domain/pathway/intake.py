"""Referral: who may enter."""

from domain.commands.pathway import Refer
from domain.decider import Context, require
from domain.events.pathway import PathwayEvent, Referred
from domain.pathway import guards
from domain.pathway.phases import entry
from domain.pathway.state import Pathway
from domain.pathway.timetable import asked_for, baseline


def refer(pathway: Pathway, command: Refer, context: Context) -> list[PathwayEvent]:
    """A pathway opens in the first phase, and the baseline measures are asked for."""
    patient = command.referral.patient
    require(guards.not_yet_referred(pathway))
    require(
        guards.programme_in_force(context.definition, command.programme),
        guards.patient_alive(patient),
        guards.patient_adult(patient, context),
        guards.state_served(patient.state, context),
    )
    asked = baseline(context.definition, command.referral.reasons, context.now)
    return [
        Referred(
            at=context.now,
            programme=command.programme,
            referral=command.referral,
            former_pathway=command.former_pathway,
        ),
        entry(context.definition.first_phase, context),
        *([asked_for(context.definition, asked)] if asked.measures else []),
    ]
