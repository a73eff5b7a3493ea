"""Patients of a test's own: so that no test moves the pathways that another looks at."""

import json
from datetime import timedelta
from typing import Any

from tests.pages.desk import COLLEAGUE, Desk
from tests.web.api import bundle
from web.intake import take_in

BEFORE = timedelta(days=20)
"""So long ago the referral was written."""

BORN = "1990-04-02"


async def referred(desk: Desk, family: str = "Sample") -> str:
    """The pathway of somebody who was referred just now."""
    content = bundle(born=BORN, name=[{"family": family, "given": ["Juno"]}])
    content["entry"][1]["resource"]["authoredOn"] = (desk.now() - BEFORE).isoformat()
    intake = await take_in(desk.services, json.dumps(content).encode(), COLLEAGUE)
    assert intake.pathway_id is not None, intake
    return intake.pathway_id


async def suited(desk: Desk, family: str) -> str:
    """The pathway of somebody whom a clinician has found the programme to suit."""
    pathway = await referred(desk, family)
    known = [{"kind": "birth_date", "value": BORN}, {"kind": "name", "value": f"Juno {family}"}]
    began = desk.now() - timedelta(days=15)
    await desk.submit(pathway, "confirm_identity", identifiers=known, at=began.isoformat())
    clinician = await _clinician(desk)
    held = {"kind": "assessment", "modality": "in_person", "clinician": clinician}
    for days in (1, 2):
        held_at = (began + timedelta(days=days)).isoformat()
        await desk.submit(pathway, "record_session", held_at=held_at, attended=True, **held)
    decided: dict[str, Any] = {"suitable": True, "decided_by": clinician, "reason": "It fits"}
    await desk.submit(pathway, "decide_suitability", **decided)
    return pathway


async def _clinician(desk: Desk) -> str:
    return (await desk.services.store.streams("clinician", "", 1))[0]
