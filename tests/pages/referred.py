"""Patients of a test's own: so that no test moves the pathways that another looks at."""

import json
from typing import Any

from tests.pages.desk import COLLEAGUE, Desk
from tests.web.api import bundle
from web.intake import take_in


async def referred(desk: Desk, **person: Any) -> str:
    """The pathway of somebody who was referred just now."""
    intake = await take_in(desk.services, json.dumps(bundle(**person)).encode(), COLLEAGUE)
    assert intake.pathway_id is not None, intake
    return intake.pathway_id
