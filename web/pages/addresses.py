"""Where an entity has its page. No address says anything of anybody: ids are opaque."""

from urllib.parse import urlencode

HOMES = {
    "clinician": "/clinicians",
    "group": "/groups",
    "oncall": "/clinicians/on-call",
    "pathway": "/pathways",
}
"""The kinds that have a page of their own; the others share one that shows what may be done."""


def home_of(entity_id: str, **asked: str) -> str:
    """The page of an entity."""
    return _with(f"{HOMES.get(entity_id.partition('-')[0], '/entities')}/{entity_id}", asked)


def form_of(entity_id: str, command: str, **preset: object) -> str:
    """The page of the form for a command; what is given already is not asked for again."""
    return _with(f"/entities/{entity_id}/commands/{command}", preset)


def sitting_at(pathway_id: str, which: int | str) -> str:
    """Where a patient's own session is run: by its booking's number, or by its kind if unbooked."""
    return f"/pathways/{pathway_id}/sessions/{which}"


def _with(address: str, asked: dict[str, object] | dict[str, str]) -> str:
    return f"{address}?{urlencode(asked)}" if asked else address
