"""Risks that tests of pages flag."""

from tests.pages.desk import Desk


async def flagged(desk: Desk, phase: str = "introduction", place: int = 0) -> str:
    """The escalation that a clinician's concern has just opened, or added a flag to."""
    pathway = await desk.pathway_in(phase, place)
    await desk.submit(pathway, "raise_concern", source="clinician", level="high")
    return (await desk.pathway(pathway)).open_escalations[-1]
