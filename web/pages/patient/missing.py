"""What is missing for the next phase: every condition at its door, met or not."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.decider import Context, Reason
from domain.pathway import guards
from domain.pathway.phase_guards import BY_NAME
from domain.pathway.phases import enter_guards
from domain.pathway.state import Pathway
from domain.programmes.definition import GuardName, Phase
from web.pages.addresses import form_of
from web.rights.commands import may_submit

TITLES: dict[GuardName, str] = {
    "baseline_complete": "Baseline questionnaires answered",
    "benefits_verified": "Benefits verified",
    "consent_given": "Consents to treatment in force",
    "discharge_planned": "Discharge planned",
    "duration_chosen": "Length of treatment chosen by a clinician",
    "ending_is_near": "The planned end is near",
    "found_suitable": "Found suitable by a clinician",
    "identity_confirmed": "Identity confirmed by two identifiers",
    "identity_confirmed_that_day": "Identity confirmed on the day",
    "safety_plan_agreed": "Safety plan agreed",
    "sessions_completed": "Sessions of this phase attended",
}

FORMS: dict[GuardName, str] = {
    "benefits_verified": "verify_benefits",
    "discharge_planned": "plan_discharge",
    "found_suitable": "decide_suitability",
    "identity_confirmed": "confirm_identity",
    "identity_confirmed_that_day": "confirm_identity",
    "safety_plan_agreed": "agree_safety_plan",
}
"""The form that meets a condition, where one form alone does."""


@dataclass(frozen=True)
class Condition:
    """One condition at a door. `says` is what is missing, `address` the form for whoever may."""

    title: str
    says: str | None = None
    address: str | None = None

    @property
    def met(self) -> bool:
        return self.says is None


@dataclass(frozen=True)
class Door:
    """The way into a phase: open when every condition is met, by `address` for whoever may."""

    title: str
    address: str | None
    conditions: tuple[Condition, ...]

    @property
    def left(self) -> int:
        """How many conditions are not met."""
        return sum(not one.met for one in self.conditions)


def doors(pathway_id: str, pathway: Pathway, context: Context) -> list[Door]:
    """The doors out of the present phase, in the programme's order."""
    definition = context.programme
    present = definition.phase(pathway.phase) if definition and pathway.phase else None
    if definition is None or present is None or guards.not_closed(pathway):
        return []
    targets = [definition.phase(one) for one in present.leads_to]
    return [
        _door(pathway_id, pathway, present, target, context)
        for target in targets
        if target and target.purpose != "follow_up"
    ]


def _door(
    pathway_id: str, pathway: Pathway, present: Phase, target: Phase, context: Context
) -> Door:
    named = dict.fromkeys((*present.leave_when, *target.enter_when))
    conditions = [
        _condition(pathway_id, name, BY_NAME[name](pathway, present, context), context)
        for name in named
    ]
    return Door(
        title=target.title,
        address=_form(pathway_id, "enter_phase", context, phase=target.id),
        conditions=(*conditions, *_others(pathway, target, context, conditions)),
    )


def _condition(
    pathway_id: str, name: GuardName, reason: Reason | None, context: Context
) -> Condition:
    if reason is None:
        return Condition(TITLES[name])
    command = FORMS.get(name)
    address = _form(pathway_id, command, context) if command else None
    return Condition(TITLES[name], reason.message, address)


def _form(pathway_id: str, command: str, context: Context, **preset: object) -> str | None:
    """The form, if the role of whoever looks may send it."""
    if not may_submit(context.actor.role, "pathway", command):
        return None
    return form_of(pathway_id, command, **preset)


def _others(
    pathway: Pathway, target: Phase, context: Context, told: list[Condition]
) -> Iterator[Condition]:
    """What else stands in the way, such as a pause or a licence that expired."""
    said = {one.says for one in told}
    for reason in enter_guards(pathway, target.id, None, context):
        if reason and reason.message not in said:
            yield Condition("The way is free", reason.message)
