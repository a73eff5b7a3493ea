"""Tokens of programs: those that the clinic's provider signs for this interface, and no others."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.fhir.conftest import JSON, Fhir, counted
from tests.web.api import Api, bundle
from tests.web.test_signin_oidc import CLAIMS, NOW, SECOND, Published, signed
from web.app import create_app
from web.rights.scopes import SCOPES
from web.services import Services, SigningIn
from web.signin.trusted import Trusted
from workers.telemetry.metrics import Metrics
from workers.telemetry.requests import ObservedRequests
from workers.telemetry.telemetry import Telemetry

HERE = "https://carepath.example.org"
GRANT: dict[str, Any] = {"aud": f"{HERE}/fhir", "scope": "openid system/ServiceRequest.c"}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest_asyncio.fixture
async def fhir(
    services: Services, clinic: Api, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Fhir]:
    """The interface of a clinic with an identity provider."""
    assert clinic.anybody, "its programme is published"
    provider = Published()
    monkeypatch.setattr("web.services.Discovery", lambda _issuer, _now: provider)
    trusted = Trusted(issuer="https://id.example", client_id="carepath")
    provided = replace(services, signing_in=SigningIn(public_url=HERE, trusted=trusted))
    watched = ObservedRequests(create_app(provided), Telemetry(metrics))
    transport = httpx.ASGITransport(watched)
    async with httpx.AsyncClient(transport=transport, base_url=f"{HERE}/fhir") as fhir:
        yield fhir


async def refer(fhir: Fhir, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": JSON}
    return await fhir.post("", json=bundle(), headers=headers)


@pytest.mark.parametrize(
    "grant",
    [{}, {"aud": ["urn:else", f"{HERE}/fhir"]}, {"scope": None, "scp": GRANT["scope"].split()}],
)
async def test_a_token_of_the_provider_gives_what_its_scopes_say(
    fhir: Fhir, grant: dict[str, Any]
) -> None:
    taken = await refer(fhir, signed(**GRANT | grant))
    assert taken.status_code == 201, taken.text
    assert taken.headers["Location"].startswith(f"{HERE}/fhir/Patient/")


async def test_no_scope_gives_nothing(fhir: Fhir, metrics: Metrics) -> None:
    for scope in ("", "openid fhirUser", None, 7, {"system/ServiceRequest.c": 1}):
        assert (await refer(fhir, signed(**GRANT | {"scope": scope}))).status_code == 403
    assert counted(metrics) == {("bundle", "insufficient_scope"): 5}


THEN = int(NOW.timestamp())
FORGED = (
    "a.b.c",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTEifQ.",  # pragma: allowlist secret
    jwt.encode({"alg": "RS256", "kid": "first"}, CLAIMS | GRANT, SECOND),
    jwt.encode({"alg": "RS256", "kid": "third"}, CLAIMS | GRANT, RSAKey.generate_key(2048)),
    jwt.encode({"alg": "HS256"}, CLAIMS | GRANT, OctKey.generate_key(256)),
    signed(**GRANT, sub=None),
    signed(**GRANT, sub=7),
    signed(**GRANT, exp=None),
)


REFUSED = (
    *((one, "token_forged") for one in FORGED),
    (signed(**GRANT, exp=THEN - 121), "token_expired"),
    (signed(**GRANT, nbf=THEN + 121), "token_expired"),
    (signed(**GRANT | {"aud": "carepath"}), "token_for_others"),
    (signed(**GRANT | {"aud": f"{HERE}/fhir/"}), "token_for_others"),
    (signed(**GRANT, iss="https://elsewhere.example"), "token_for_others"),
    ("rubbish", "unauthorised"),
)


async def test_any_other_token_is_refused_and_counted(fhir: Fhir, metrics: Metrics) -> None:
    for token, code in REFUSED:
        refused = await refer(fhir, token)
        assert refused.status_code == 401, refused.text
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert refused.json()["issue"][0]["details"]["coding"][0]["code"] == code, token
    assert counted(metrics) == Counter(("bundle", code) for _, code in REFUSED)


async def test_forged_tokens_in_a_row_are_slowed_down(fhir: Fhir, metrics: Metrics) -> None:
    answers = [(await refer(fhir, FORGED[2])).status_code for _ in range(21)]
    assert (answers[0], answers[-1]) == (401, 429)
    assert counted(metrics)["bundle", "too_many"] == 1


async def test_programs_are_told_where_to_get_a_token_and_for_what(fhir: Fhir) -> None:
    told = (await fhir.get(".well-known/smart-configuration")).json()
    assert told["issuer"] == "https://id.example"
    assert set(told["scopes_supported"]) == {f"system/{kind}.{one}" for kind, one in SCOPES}
    [rest] = (await fhir.get("metadata")).json()["rest"]
    assert rest["security"]["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"
