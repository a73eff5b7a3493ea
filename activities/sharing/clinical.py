"""The clinical parts of a shared record: scores, and the safety plan."""

from collections.abc import Callable
from typing import Any

from activities.sharing.record import Record
from domain.instruments.catalogue import INSTRUMENTS
from domain.pathway.rows import Score
from domain.patient import SafetyPlan

Json = dict[str, Any]
Url = Callable[[str], str]

_PARTS = {
    "warning_signs": "Warning signs",
    "own_coping": "What helps on one's own",
    "people_and_places_that_distract": "People and places that distract",
    "people_to_ask_for_help": "People to ask for help",
    "professionals_and_services": "Professionals and services",
    "safer_environment": "A safer environment",
}
"""The six parts of Stanley and Brown's plan, in their order."""


def observations(record: Record, url: Url) -> list[tuple[str, Json]]:
    """The scores of the pathway, one Observation each, by the name that its URL comes from."""
    return [
        (f"score-{index}", _observation(score, url))
        for index, score in enumerate(record.pathway.latest_scores)
    ]


def safety_plan(record: Record, plan: SafetyPlan, url: Url) -> Json:
    """The plan in force, part by part."""
    agreed = record.pathway.safety_plan_revised_at or record.pathway.safety_plan_since
    return {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "title": "Safety plan",
        "subject": {"reference": url("patient")},
        **({"created": agreed.isoformat()} if agreed else {}),
        "activity": [
            {
                "detail": {
                    "status": "in-progress",
                    "description": f"{title}: {'; '.join(getattr(plan, part))}",
                }
            }
            for part, title in _PARTS.items()
        ],
    }


def _observation(score: Score, url: Url) -> Json:
    return {
        "resourceType": "Observation",
        "status": "corrected" if score.corrects else "final",
        "code": _code(score.measure),
        "subject": {"reference": url("patient")},
        "effectiveDateTime": score.taken_at.isoformat(),
        "valueQuantity": {
            "value": score.score,
            "unit": "score",
            "system": "http://unitsofmeasure.org",
            "code": "{score}",
        },
    }


def _code(measure: str) -> Json:
    """The instrument's name, and the LOINC code of its total where that is a sum of a panel."""
    instrument = INSTRUMENTS.get(measure)
    if instrument is None:
        return {"text": measure}
    loinc = instrument.loinc
    coded = [{"system": "http://loinc.org", "code": loinc.total}] if loinc.panel else []
    return {**({"coding": coded} if coded else {}), "text": instrument.title}
