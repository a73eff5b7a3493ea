"""Two data directories on one machine: neither sees or disturbs the other."""

from pathlib import Path

import pytest

from tests.journeys.clinic import clinic_on
from tests.journeys.conftest import stopped_at_the_end
from tests.journeys.installation import Installation


@pytest.mark.long
async def test_each_has_its_own_ports_patients_and_end(folder: Path) -> None:
    async with (
        stopped_at_the_end(Installation(folder / "one")) as one,
        stopped_at_the_end(Installation(folder / "other")) as other,
    ):
        first, second = await one.up(), await other.up()
        assert not set(one.state.ports.values()) & set(other.state.ports.values())
        assert first["url"] != second["url"]
        clinic = await clinic_on(one, folder / "referred")
        assert len((await one.ask("audit", "replay"))["pathways"]) == len(clinic.pathways)
        assert (await other.ask("audit", "replay"))["pathways"] == []
        assert (await other.run("show", clinic.pathways[0])).code == 1

        same_people = await clinic_on(other, folder / "referred elsewhere" / "referred")
        assert not set(same_people.pathways) & set(clinic.pathways), "ids are an installation's own"
        await other.down()
        assert await one.is_well()
        await clinic.agrees_with_its_log(clinic.pathways[0])
