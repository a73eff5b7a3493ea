"""A log is verified while people work: what is sealed meanwhile contradicts nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from audit import verify as verifying
from tests.seal.given import Clinic

pytestmark = pytest.mark.asyncio


async def grow(clinic: Clinic) -> None:
    await clinic.fill(300)
    await clinic.anchored()


@pytest.mark.parametrize(
    "step", ["states", "latest", "bounds_of", "parts_of", "check_all", "waiting"]
)
@pytest.mark.parametrize("before", [True, False])
async def test_a_log_that_grows_while_it_is_verified_is_whole(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, step: str, *, before: bool
) -> None:
    """Before or after any step, as a sealer of another process would."""
    await grow(clinic)
    done: Callable[..., Awaitable[Any]] = getattr(verifying, step)

    async def while_it_grows(*given: Any) -> Any:
        if before:
            await grow(clinic)
            return await done(*given)
        found = await done(*given)
        await grow(clinic)
        return found

    monkeypatch.setattr(verifying, step, while_it_grows)
    assert (await clinic.verified_by_its_owner()).findings == ()
