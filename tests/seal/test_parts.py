"""However the checkpoints are shared out, each is verified once."""

import pytest

from eventstore.seal.note import Signer
from tests.seal.given import Clinic

SIZES = [100, 200, 300, 400, 500, 600, 700]


@pytest.fixture(params=[1, 2, 3, 7, 8])
def a_task(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """So many checkpoints are one task's, and two of them are read at once."""
    number = int(request.param)
    monkeypatch.setattr("audit.checkpoints.A_TASK", number)
    monkeypatch.setattr("audit.checkpoints.BATCH", 2)
    return number


@pytest.mark.usefixtures("a_task")
async def test_every_checkpoint_is_verified_once(clinic: Clinic) -> None:
    await clinic.fill(700)
    for _ in SIZES:
        await clinic.seal(100)
    verified = await clinic.verified()
    assert (verified.ok, verified.checkpoints) == (True, 7)
    assert (await clinic.verified(since=300)).checkpoints == 5


@pytest.mark.usefixtures("a_task")
async def test_a_forged_checkpoint_is_found_in_any_part(clinic: Clinic) -> None:
    await clinic.fill(700)
    for _ in SIZES:
        await clinic.seal(100)
    text = clinic.ring.origin + "\n1\n" + "A" * 43 + "=\n"
    strange = Signer(clinic.ring.origin, bytes(32)).sign(text)
    for size in (100, 400, 600):
        await clinic.replace_note(size, strange)
    assert await clinic.told() == [("checkpoint_key", size) for size in (100, 400, 600)]
