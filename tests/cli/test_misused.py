"""Bad usage is 2, and says what is wrong before anything is asked of a server."""

from uuid import uuid4

import pytest

from tests.cli.carepath import Carepath

NOBODY = f"pathway-{uuid4()}"

MISUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("submit", NOBODY, "pause", "--data", "{reason"), "--data is not JSON"),
    (("submit", NOBODY, "pause", "--data", "@missing.json"), "missing.json: cannot be read"),
    (("submit", "Odile Quillfeather", "pause"), "ids look like pathway-<uuid>"),
    (("refer", "missing.json"), "missing.json: cannot be read"),
    (("programmes", "publish", "missing.yaml"), "missing.yaml: cannot be read"),
    (("audit", "replay", "--as-of", "yesterday"), "as_of: give an instant"),
    (("show", NOBODY, "--no-such-option"), "No such option"),
)


@pytest.mark.parametrize(("command", "says"), MISUSED)
async def test_bad_usage_is_2_and_says_what_is_wrong(
    carepath: Carepath, command: tuple[str, ...], says: str
) -> None:
    ended = await carepath(*command)
    assert (ended.code, ended.out) == (2, "")
    assert says in " ".join(ended.err.split())


@pytest.mark.parametrize(("command", "says"), MISUSED)
async def test_bad_usage_is_one_document_where_it_is_asked_for(
    carepath: Carepath, command: tuple[str, ...], says: str
) -> None:
    ended = await carepath(*command, "--json")
    assert ended.code == 2
    assert ended.document["error"]["code"] == "usage"
    assert says in ended.document["error"]["message"]
