"""/openapi.json: what a client that knows nothing else can find out."""

import json
import re
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.web.api import Api
from web.body import LONGEST_JSON

NOBODY = "pathway-00000000-0000-8000-8000-000000000000"
READS_NO_BODY = {
    "/api/calendars/{entity_id}/links",
    "/api/calendars/{entity_id}/links/{link_id}/revoke",
    "/api/recover",
    "/api/views/{name}/check",
    "/api/views/{name}/rebuild",
}
COMMANDS = "/api/entities/{entity_id}/commands"

Description = dict[str, Any]


@pytest_asyncio.fixture
async def described(api: Api) -> Description:
    found: Description = (await api.get("/openapi.json")).json()
    return found


def operations(described: Description) -> dict[tuple[str, str], Any]:
    return {
        (method, path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def body(described: Description, path: str, content_type: str = "application/json") -> Any:
    operation = described["paths"][path]["post"]
    return operation["requestBody"]["content"][content_type]["schema"]


async def test_every_body_that_is_read_has_a_shape(described: Description) -> None:
    posts = {path for method, path in operations(described) if method == "post"}

    assert posts - READS_NO_BODY == {
        "/api/referrals",
        COMMANDS,
        "/api/programmes",
        "/api/audit/backtest",
        "/api/views/caseload/search",
        "/api/entities/{entity_id}/break-glass",
        "/api/views/{name}/as-of",
    }
    assert all(body(described, path) for path in posts - READS_NO_BODY)
    assert body(described, "/api/referrals", "application/fhir+json")["properties"]["entry"]


async def test_every_reference_leads_somewhere(described: Description) -> None:
    names = re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(described))

    assert set(names) <= set(described["components"]["schemas"])
    assert json.dumps(described).count('"$ref"') == len(names)


async def test_every_command_that_may_be_sent_is_listed_with_its_data(
    described: Description,
) -> None:
    schema = body(described, COMMANDS)
    names = schema["properties"]["command"]["enum"]
    by_name = {one["properties"]["command"]["const"]: one for one in schema["oneOf"]}

    assert list(by_name) == names
    assert {"pause", "erase", "publish"} <= set(names)
    assert {"refer", "meet_deadline", "settle_effect"} & set(names) == set()
    assert by_name["pause"]["required"] == ["command", "data"]
    assert by_name["resume"]["required"] == ["command"]
    pause = by_name["pause"]["properties"]["data"]["$ref"].rpartition("/")[2]
    assert set(described["components"]["schemas"][pause]["required"]) == {"reason", "resume_at"}


async def test_everything_but_health_asks_for_a_token(described: Description) -> None:
    schemes = described["components"]["securitySchemes"]
    guarded = operations(described)
    open_to_all = [guarded.pop(("get", path)) for path in ("/health", "/healthz", "/readyz")]

    assert [(one["type"], one["scheme"]) for one in schemes.values()] == [("http", "bearer")]
    assert not any("security" in health for health in open_to_all)
    for where, operation in guarded.items():
        assert "401" in operation["responses"], where
        assert operation["security"] == [{name: []} for name in schemes], where


async def test_no_status_is_described_that_is_never_answered(described: Description) -> None:
    assert all("422" not in one["responses"] for one in operations(described).values())
    assert "ValidationError" not in json.dumps(described)


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", COMMANDS, b"{", 400),
        ("POST", COMMANDS, b'{"command": "resume"}', 404),
        ("POST", COMMANDS, b"{" + b" " * LONGEST_JSON + b"}", 413),
        ("POST", "/api/programmes", b"[]", 400),
        ("POST", "/api/programmes", b"{}", 409),
        ("POST", "/api/views/caseload/search", b"{", 400),
        ("POST", "/api/views/{name}/check", b"", 404),
        ("GET", "/api/entities/{entity_id}", b"", 404),
        ("GET", "/api/views/caseload", b"", 400),
        ("GET", "/api/programmes/{programme_id}/diff", b"", 400),
        ("GET", "/api/audit/replay", b"", 400),
    ],
)
async def test_what_is_answered_is_described(
    api: Api, described: Description, *, method: str, path: str, content: bytes, status: int
) -> None:
    url = path.format(entity_id=NOBODY, name="nothing", programme_id="mbt-g")
    wrong = {"limit": "0", "as_of": "yesterday"} if status == httpx.codes.BAD_REQUEST else {}
    answer = await api.request(method, url, content=content, params=wrong)
    answers = described["paths"][path][method.lower()]["responses"]

    assert answer.status_code == status
    shape = answers[str(status)]["content"]["application/json"]["schema"]["$ref"]
    required = described["components"]["schemas"][shape.rpartition("/")[2]]["required"]
    assert set(required) == set(answer.json())
