"""What the parts of a definition have to agree on: every contradiction at its own place.

They are looked for in the plain document, so that they can be told along with everything else
that is wrong with it. What does not even have the shape of a part is left to its model.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from domain.instruments.catalogue import INSTRUMENTS
from domain.programmes.places import NOWHERE, value_at
from domain.value import Value

Location = tuple[int | str, ...]
Document = Mapping[str, Any]

OCCASIONS = ("baseline", "progress", "discharge", "follow_up")

_NAMED = {
    "phases": "phase",
    "variants": "variant",
    "measures": "measure",
    "consents": "consent",
    "alternatives": "alternative",
    "group_kinds": "group kind",
}


class Contradiction(Value):
    """Something that does not fit, where it stands, and what to do about it."""

    location: Location
    message: str
    code: str = "contradiction"


def contradictions(model: type[BaseModel], document: Any) -> tuple[Contradiction, ...]:
    """All of them. `document` may be anything at all; `model` says what it leaves to defaults."""
    if not isinstance(document, Mapping):
        return ()
    whole = _completed(model, document)
    return tuple(
        Contradiction(location=location, message=message)
        for check in _CHECKS
        for location, message in check(whole)
    )


def refusal(
    model: type[BaseModel],
    found: tuple[Contradiction, ...],
    invalid: ValidationError | None = None,
) -> ValidationError:
    """The error that names what is invalid by itself and what contradicts something else."""
    said = [(one["loc"], one["type"], one["msg"]) for one in invalid.errors()] if invalid else []
    said += [(one.location, one.code, one.message) for one in found]
    details = [
        InitErrorDetails(type=PydanticCustomError(kind, message), loc=location, input=None)
        for location, kind, message in said
    ]
    return ValidationError.from_exception_data(model.__name__, details, hide_input=True)


_Found = Iterator[tuple[Location, str]]


def _names_repeated(document: Document) -> _Found:
    for part, what in _NAMED.items():
        yield from _repeated(what, "id", _entries(document, part), (part,))
    for at, phase in _entries(document, "phases"):
        what, place = f"phase {phase.get('id')!r}: session", ("phases", at, "sessions")
        yield from _repeated(what, "kind", _entries(phase, "sessions"), place)


def _repeated(
    what: str, member: str, entries: list[tuple[int, Document]], place: Location
) -> _Found:
    seen: Counter[str] = Counter()
    for at, entry in entries:
        name = entry.get(member)
        if isinstance(name, str):
            seen[name] += 1
            if seen[name] > 1:
                message = f"{what} {name!r} is declared twice: give each its own name"
                yield (*place, at, member), message


def _months_repeated(document: Document) -> _Found:
    months = _list(_members(document.get("measure_schedule")).get("follow_up_months"))
    for at, number in enumerate(months):
        if number in months[:at]:
            place = ("measure_schedule", "follow_up_months", at)
            yield place, f"follow-up month {number!r} is declared twice: leave one out"


def _first_assesses(document: Document) -> _Found:
    for at, phase in _entries(document, "phases")[:1]:
        if at == 0 and phase.get("purpose") != "assessment":
            message = "the first phase must have the purpose 'assessment': referrals open it"
            yield ("phases", 0, "purpose"), message


def _some_phase_treats(document: Document) -> _Found:
    purposes = [phase.get("purpose") for _, phase in _entries(document, "phases")]
    if purposes and "treatment" not in purposes:
        yield ("phases",), "at least one phase must have the purpose 'treatment': add one"


def _some_session_begins_treatment(document: Document) -> _Found:
    treating = [one for one in _entries(document, "phases") if one[1].get("purpose") == "treatment"]
    plans = [plan for _, phase in treating for _, plan in _entries(phase, "sessions")]
    if treating and not any(_begins_treatment(plan) for plan in plans):
        message = (
            "no session of a phase of treatment begins treatment, so that its length never "
            "counts: say begins_treatment: true of one, or in_group: true"
        )
        yield ("phases", treating[0][0], "sessions"), message


def _begins_treatment(plan: Document) -> bool:
    said = plan.get("begins_treatment")
    return bool(plan.get("in_group") if said is None else said)


def _phases_lead_to_phases(document: Document) -> _Found:
    names = _names(document, "phases")
    for at, phase in _entries(document, "phases"):
        for place, target in enumerate(_list(phase.get("leads_to"))):
            if target not in names:
                message = f"phase {phase.get('id')!r} leads to {target!r}, which is not a phase: "
                yield ("phases", at, "leads_to", place), message + _choose_from(names)


def _phases_can_be_reached(document: Document) -> _Found:
    phases = _entries(document, "phases")
    reachable = [target for _, phase in phases for target in _list(phase.get("leads_to"))]
    for at, phase in phases[1:]:
        if phase.get("purpose") != "follow_up" and phase.get("id") not in reachable:
            message = f"no phase leads to {phase.get('id')!r}: add it to leads_to of another one"
            yield ("phases", at, "id"), message


def _scores_range_as_published(document: Document) -> _Found:
    for at, measure in _entries(document, "measures"):
        name = measure.get("id")
        instrument = INSTRUMENTS.get(name) if isinstance(name, str) else None
        for bound in ("lowest", "highest") if instrument else ():
            published = getattr(instrument, bound)
            if measure.get(bound) not in (None, published):
                message = f"{bound} of {name!r} is {published:g}: leave it out, or use another id"
                yield ("measures", at, bound), message


def _scheduled_measures_known(document: Document) -> _Found:
    names = _names(document, "measures")
    schedule = _members(document.get("measure_schedule"))
    for occasion in OCCASIONS:
        for at, measure in enumerate(_list(schedule.get(occasion))):
            if measure not in names:
                said = f"measure_schedule.{occasion} names {measure!r}, which is not in measures: "
                place = ("measure_schedule", occasion, at)
                yield place, said + _choose_from(names)


def _measures_by_reason_known(document: Document) -> _Found:
    names = _names(document, "measures")
    for number, one in _entries(_members(document.get("measure_schedule")), "by_reason"):
        for at, measure in enumerate(_list(one.get("measures"))):
            if measure not in names:
                said = f"by_reason names {measure!r}, which is not in measures: "
                place = ("measure_schedule", "by_reason", number, "measures", at)
                yield place, said + _choose_from(names)


def _groups_meet_in_phases(document: Document) -> _Found:
    held = [
        (phase.get("id"), plan.get("kind"))
        for _, phase in _entries(document, "phases")
        for _, plan in _entries(phase, "sessions")
        if plan.get("in_group")
    ]
    for at, kind in _entries(document, "group_kinds"):
        for number, name in enumerate(_list(kind.get("phases"))):
            if (name, kind.get("session")) not in held:
                message = (
                    f"group kind {kind.get('id')!r}: {name!r} is not a phase with the session "
                    f"{kind.get('session')!r} in a group: name one that has it, "
                    "or say in_group: true of the session"
                )
                yield ("group_kinds", at, "phases", number), message


def _signed_values_exist(document: Document) -> _Found:
    for at, sign_off in _entries(document, "sign_offs"):
        for number, place in enumerate(_list(sign_off.get("values"))):
            if isinstance(place, str) and value_at(document, place) is NOWHERE:
                message = (
                    f"sign_offs names {place!r}, which is not a value of this definition: "
                    "name it by its path, entries of lists by their id, kind or state"
                )
                yield ("sign_offs", at, "values", number), message


_CHECKS = (
    _names_repeated,
    _months_repeated,
    _first_assesses,
    _some_phase_treats,
    _some_session_begins_treatment,
    _phases_lead_to_phases,
    _phases_can_be_reached,
    _scores_range_as_published,
    _scheduled_measures_known,
    _measures_by_reason_known,
    _groups_meet_in_phases,
    _signed_values_exist,
)


def _completed(model: type[BaseModel], document: Document) -> Document:
    """The document with the defaults of what it does not say."""
    whole = dict(document)
    for name, field in model.model_fields.items():
        if name not in document and not field.is_required():
            default = field.get_default(call_default_factory=True)
            whole[name] = default.model_dump() if isinstance(default, BaseModel) else default
        elif _is_model(field.annotation) and isinstance(document.get(name), Mapping):
            whole[name] = _completed(field.annotation, document[name])
    return whole


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _choose_from(names: list[Any]) -> str:
    return f"there are {', '.join(map(str, names))}" if names else "there is none"


def _names(document: Document, part: str) -> list[Any]:
    return [entry.get("id") for _, entry in _entries(document, part)]


def _entries(document: Document, part: str) -> list[tuple[int, Document]]:
    """The entries of a list that have the shape of an object, with their places in it."""
    entries = enumerate(map(_members, _list(document.get(part))))
    return [(at, entry) for at, entry in entries if entry]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _members(value: Any) -> Document:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return value if isinstance(value, Mapping) else {}
