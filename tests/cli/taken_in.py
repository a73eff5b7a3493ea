"""Patients that the tests of the command line have taken in."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.cli.carepath import Carepath
from tests.web.api import bundle

NOBODY = "pathway-00000000-0000-8000-8000-000000000000"
SHIPPED = Path(__file__).parents[2] / "domain/programmes/mbt-g.yaml"


def written(folder: Path, name: str, **person: Any) -> str:
    file = folder / name
    file.write_text(json.dumps(bundle(**person)))
    return str(file)


async def opened(clinic: Carepath, folder: Path) -> str:
    referred = await clinic("refer", written(folder, f"{uuid4()}.json"), "--json")
    return str(referred.document[0]["pathway_id"])
