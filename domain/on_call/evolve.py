"""What each event means for an on-call list. Total: it never refuses and never raises."""

from functools import singledispatch
from typing import Any

from domain.events import on_call as facts
from domain.events.base import Event
from domain.events.on_call import OnCallEvent
from domain.on_call.state import Arranged, OnCall

Changes = dict[str, Any]
"""New values of the state's fields, by name."""


def evolve(on_call: OnCall, event: OnCallEvent) -> OnCall:
    """The list after `event`, and who came onto it or left it by that."""
    after = on_call.model_copy(update=_changes(event, on_call))
    before, now = on_call.everybody, after.everybody
    return after.model_copy(
        update={
            "joined": tuple(one for one in now if one not in before),
            "left": tuple(one for one in before if one not in now),
        }
    )


@singledispatch
def _changes(_event: Event, _on_call: OnCall) -> Changes:
    """The fields that an event changes."""
    return {}


@_changes.register
def _(event: facts.ChainSet, on_call: OnCall) -> Changes:
    answering = (*event.clinicians, event.supervisor)
    return {
        "clinicians": event.clinicians,
        "supervisor": event.supervisor,
        "stand_ins": tuple(one for one in on_call.stand_ins if one.absent in answering),
    }


@_changes.register
def _(event: facts.ClinicianAdded, on_call: OnCall) -> Changes:
    before, after = on_call.clinicians[: event.place - 1], on_call.clinicians[event.place - 1 :]
    return {"clinicians": (*before, event.clinician, *after)}


@_changes.register
def _(event: facts.ClinicianRemoved, on_call: OnCall) -> Changes:
    return {
        "clinicians": tuple(one for one in on_call.clinicians if one != event.clinician),
        "stand_ins": tuple(one for one in on_call.stand_ins if one.absent != event.clinician),
    }


@_changes.register
def _(event: facts.StandInArranged, on_call: OnCall) -> Changes:
    arranged = Arranged(
        stand_in=event.stand_in,
        absent=event.absent,
        instead=event.instead,
        since=event.since,
        until=event.until,
    )
    return {
        "stand_ins_arranged": event.stand_in,
        "stand_ins": (*on_call.stand_ins, arranged),
    }


@_changes.register
def _(event: facts.StandInEnded, on_call: OnCall) -> Changes:
    return {"stand_ins": tuple(one for one in on_call.stand_ins if one.stand_in != event.stand_in)}
