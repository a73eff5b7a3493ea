"""How the JSON of an earlier version of an event becomes that of the next."""

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Upcaster = Callable[[Json], Json]


def with_default_retention(published: Json) -> Json:
    """`programme.published` 1 to 2: every programme kept records for ten years in every state."""
    definition = published["definition"]
    retention = {"years": 10, "by_state": [], "signed_by": None, "signed_on": None}
    policies = {"retention": retention, **definition["policies"]}
    return {**published, "definition": {**definition, "policies": policies}}


def in_whole_months(chosen: Json) -> Json:
    """`pathway.duration_chosen` and `duration_changed` 1 to 2: no length was given in weeks."""
    return {"weeks": 0, **chosen}


def grown(stored: Json) -> Json:
    """A version that only adds fields which may be absent: what was stored stays as it is."""
    return stored


def considering_several(decided: Json) -> Json:
    """`pathway.suitability_decided` 2 to 3: at most one alternative was recorded."""
    kept = {name: decided[name] for name in ("suitable", "decided_by", "reason")}
    option = decided.get("alternative")
    why = decided.get("offered_for") or decided["reason"]
    return {**kept, "alternatives": [{"option": option, "reason": why}] if option else []}


def lasting_whole_months(published: Json) -> Json:
    """`programme.published` 2 to 3: no variant of treatment was given in weeks."""
    definition = published["definition"]
    variants = [{"weeks": 0, **variant} for variant in definition["variants"]]
    return {**published, "definition": {**definition, "variants": variants}}
