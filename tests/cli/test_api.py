"""What the command line makes of the API's answers."""

import subprocess
import sys

import httpx
import pytest

from cli.api import PATIENCE, Api
from cli.output import Unavailable

BUSY = {"error": {"code": "too_many", "message": "Slower, please."}}


class Crowded:
    """Answers 429 so many times, and then does what was asked."""

    def __init__(self, times: int, wait: str = "0") -> None:
        self.left, self.wait, self.asked = times, wait, 0

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.asked > self.left:
            return httpx.Response(200, json={"accepted": True})
        return httpx.Response(429, headers={"Retry-After": self.wait}, json=BUSY)

    def api(self) -> Api:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self), base_url="http://carepath")
        return Api(client, "start it")


async def test_what_is_too_much_at_once_is_sent_again_when_the_answer_says() -> None:
    crowded = Crowded(times=PATIENCE)

    answer = await crowded.api().post("/api/entities/pathway-1/commands", {"command_id": "1"})

    assert answer.ok
    assert crowded.asked == PATIENCE + 1


@pytest.mark.parametrize(("times", "wait"), [(PATIENCE + 1, "0"), (1, "3600"), (1, "Tuesday")])
async def test_patience_ends(times: int, wait: str) -> None:
    with pytest.raises(Unavailable, match="Slower"):
        await Crowded(times, wait).api().get("/api/views")


def test_a_short_command_does_not_import_temporals_library() -> None:
    """It may crash a short-lived process at exit."""
    code = "import sys, cli.main; sys.exit('temporalio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
