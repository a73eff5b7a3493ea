"""Health is open to everybody, and says yes or no and nothing else."""

from dataclasses import replace

import pytest

from tests.web.api import Api
from tests.web.conftest import open_api
from web.services import Services


@pytest.mark.parametrize("path", ["/health", "/healthz", "/readyz"])
async def test_a_stranger_hears_yes(api: Api, path: str) -> None:
    del api.headers["Authorization"]

    answer = await api.get(path)

    assert (answer.status_code, answer.json()) == (200, {"ok": True})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_stranger_may_do_nothing_else_there(api: Api, path: str) -> None:
    del api.headers["Authorization"]

    assert (await api.post(path)).status_code == 401
    assert (await api.get(f"{path}/more")).status_code == 401


async def test_not_ready_is_no_and_alive_is_still_yes(services: Services) -> None:
    async def never() -> bool:
        return False

    async with open_api(replace(services, ready=never)) as api:
        del api.headers["Authorization"]
        ready, alive = await api.get("/readyz"), await api.get("/healthz")

    assert (ready.status_code, ready.json()) == (503, {"ok": False})
    assert alive.status_code == 200
