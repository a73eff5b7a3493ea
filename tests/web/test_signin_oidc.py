"""Signing in by a real OpenID provider that runs on this machine."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from eventstore.connect import Pool
from tests.web.browser import Browser, links
from web.services import Services, SigningIn
from web.signin.discovery import Discovery, Metadata
from web.signin.errors import NoRole, ProviderUnreachable, SignInError, TokenNotTrusted
from web.signin.id_token import Expected, read_id_token
from web.signin.trusted import Trusted, person_of
from workers.embedded.ports import any_free_port

WANTED = "/api/programmes"
CLINICIAN = "clinician-6d0f2f0e-7f0b-4d8a-9a5e-0c1a2b3c4d5e"
ROLES = {"app-supervisor": "supervisor", "app-clinician": "clinician"}
PEOPLE: tuple[dict[str, Any], ...] = (
    {"sub": "u-1", "name": "Noor  Alvarado", "app": {"roles": ["x", "app-clinician"]}},
    {"sub": "u-2", "app": {"roles": ["app-clinician", "app-supervisor"]}},
    {"sub": "u-3", "app": {"roles": ["visitor"]}},
    {"sub": "u-4", "app": {"roles": "app-clinician"}, "who": CLINICIAN},
)


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """A provider in a process of its own, which ends with the tests."""
    port = any_free_port()
    people = [word for one in PEOPLE for word in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as provider:
        try:
            if provider.stderr is None or not any("running on" in one for one in provider.stderr):
                pytest.fail("the provider did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            provider.terminate()


@pytest.fixture
def trusted(issuer: str) -> Trusted:
    return Trusted(
        issuer=issuer,
        client_id="carepath",
        client_secret="known to the tests only",  # noqa: S106  # pragma: allowlist secret
        role_claim="app.roles",
        clinician_claim="who",
        roles=ROLES,  # type: ignore[arg-type]
    )


@pytest.fixture
def provided(services: Services, trusted: Trusted) -> Services:
    """The present is that of the provider, which no test can set."""
    return replace(services, signing_in=SigningIn(trusted=trusted), now=lambda: datetime.now(UTC))


@pytest_asyncio.fixture
async def browser(provided: Services) -> AsyncIterator[Browser]:
    async with Browser(provided) as browser:
        yield browser


async def begun(browser: Browser) -> str:
    """The provider's page to which the browser is sent."""
    sent = await browser.get("/sign-in/provider", params={"next": WANTED})
    assert sent.status_code == 303, sent.text
    return sent.headers["Location"]


async def recognised(address: str, person: str, action: str = "authorize") -> str:
    """Where the provider sends the browser back to, as a path of ours."""
    async with httpx.AsyncClient() as elsewhere:
        answer = await elsewhere.post(address, data={"sub": person, "action": action})
    assert answer.is_redirect, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


async def signed_in(browser: Browser, person: str) -> httpx.Response:
    return await browser.get(await recognised(await begun(browser), person))


async def test_somebody_signs_in_and_arrives_where_they_wanted_to_go(
    browser: Browser, pool: Pool
) -> None:
    assert "/sign-in/provider?next=/" in links(await browser.get("/sign-in"))

    arrived = await signed_in(browser, "u-1")

    assert (arrived.status_code, arrived.headers["Location"]) == (303, WANTED)
    assert list(browser.cookies) == ["carepath_session"]
    assert (await browser.get(WANTED)).status_code == 200
    row = await pool.fetchrow("SELECT * FROM carepath_log.sessions WHERE subject = 'u-1'")
    assert row is not None
    assert (row["role"], row["person_name"]) == ("clinician", "Noor Alvarado")


async def test_the_provider_is_asked_for_a_code_with_a_challenge_state_and_nonce(
    browser: Browser,
) -> None:
    first, second = [parse_qs(urlsplit(await begun(browser)).query) for _ in range(2)]

    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == ["http://127.0.0.1:8600/sign-in/callback"]
    for once in ("state", "nonce", "code_challenge"):
        assert first[once] != second[once]


async def test_of_several_roles_the_first_in_the_settings_counts(
    browser: Browser, pool: Pool
) -> None:
    await signed_in(browser, "u-2")
    role = "SELECT role FROM carepath_log.sessions WHERE subject = 'u-2'"
    assert await pool.fetchval(role) == "supervisor"


async def test_somebody_is_known_as_the_clinician_that_they_are(
    browser: Browser, pool: Pool
) -> None:
    await signed_in(browser, "u-4")
    who = "SELECT clinician FROM carepath_log.sessions WHERE subject = 'u-4'"
    assert await pool.fetchval(who) == CLINICIAN


async def test_who_has_no_role_is_told_whom_to_ask(browser: Browser) -> None:
    refused = await signed_in(browser, "u-3")

    assert refused.status_code == 403
    assert "CAREPATH_OIDC_ROLES" in refused.text
    assert not browser.cookies


async def test_who_declines_at_the_provider_may_try_again(browser: Browser) -> None:
    refused = await browser.get(await recognised(await begun(browser), "u-1", "deny"))

    assert refused.status_code in (400, 403)
    assert "You are not signed in" in refused.text


async def test_a_sign_in_of_another_browser_is_not_taken_over(
    browser: Browser, provided: Services
) -> None:
    back = await recognised(await begun(browser), "u-1")
    async with Browser(provided) as victim:
        assert (await victim.get(back)).status_code == 400
        await begun(victim)
        assert (await victim.get(back)).status_code == 400
        assert "carepath_session" not in victim.cookies


async def test_a_code_counts_once(browser: Browser) -> None:
    back = await recognised(await begun(browser), "u-1")
    kept = dict(browser.cookies)
    await browser.get(back)
    browser.cookies.clear()
    browser.cookies.update(kept)

    again = await browser.get(back)

    assert again.status_code == 403
    assert "invalid_grant" in again.text


async def test_signing_out_offers_to_sign_out_at_the_provider_too(
    browser: Browser, provided: Services, issuer: str
) -> None:
    await signed_in(browser, "u-1")
    page = await browser.post("/sign-out", data={"csrf": await browser.csrf(provided)})

    [farewell] = [one for one in links(page) if one.startswith(f"{issuer}/oauth2/end_session")]
    asked = parse_qs(urlsplit(farewell).query)
    assert asked["post_logout_redirect_uri"] == ["http://127.0.0.1:8600/sign-in"]
    assert asked["id_token_hint"]


async def test_the_database_does_not_tell_what_the_provider_said(
    browser: Browser, provided: Services, pool: Pool
) -> None:
    """The parts of a token stand with dots between them, and no dot is in what is encrypted."""
    await signed_in(browser, "u-1")
    rows = await pool.fetch("SELECT id_token FROM carepath_log.sessions")
    kept = [row["id_token"] for row in rows if row["id_token"]]
    assert kept
    assert "." not in "".join(kept)

    await pool.execute("UPDATE carepath_log.sessions SET id_token = 'eyJ.eyJ.x'")
    page = await browser.post("/sign-out", data={"csrf": await browser.csrf(provided)})
    assert page.status_code == 200
    assert "eyJ" not in page.text


async def test_a_provider_that_does_not_answer_is_said_to_be_away(
    services: Services, trusted: Trusted
) -> None:
    away = SigningIn(trusted=replace(trusted, issuer="http://127.0.0.1:9"))
    async with Browser(replace(services, signing_in=away)) as browser:
        answer = await browser.get("/sign-in/provider")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "CAREPATH_OIDC_ISSUER" in answer.text


async def test_only_the_public_address_is_given_to_the_provider(
    provided: Services, trusted: Trusted
) -> None:
    async with Browser(provided, "http://evil.example") as elsewhere:
        assert (await elsewhere.get("/sign-in/provider")).status_code == 400
    public = SigningIn(trusted=trusted, public_url="https://carepath.example.org")
    async with Browser(replace(provided, signing_in=public), "http://evil.example") as browser:
        asked = parse_qs(urlsplit(await begun(browser)).query)
    assert asked["redirect_uri"] == ["https://carepath.example.org/sign-in/callback"]


NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
FIRST, SECOND = (RSAKey.generate_key(2048, {"kid": one}) for one in ("first", "second"))
CLAIMS = {
    "iss": "https://id.example",
    "aud": "carepath",
    "sub": "u-1",
    "nonce": "n",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
}
EXPECTED = Expected("https://id.example", "carepath", "n", NOW, timedelta(minutes=2))


class Published(Discovery):
    """A provider whose keys a test sets."""

    def __init__(self) -> None:
        super().__init__("https://id.example", lambda: self.at)
        self.at = NOW
        self.published = [FIRST]
        self.asked = 0

    async def metadata(self) -> Metadata:
        here = "https://id.example"
        return Metadata(
            issuer=here, authorization_endpoint=here, token_endpoint=here, jwks_uri=here
        )

    async def _read_keys(self) -> KeySet:
        await asyncio.sleep(0)
        self.asked += 1
        return KeySet(list(self.published))


def signed(key: RSAKey = FIRST, **other: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | other).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


async def test_a_token_that_says_what_was_asked_for_is_trusted() -> None:
    assert (await read_id_token(signed(), Published(), EXPECTED))["sub"] == "u-1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": ["carepath", "another"], "azp": "another"},
        {"nonce": "m"},
        {"nonce": None},
        {"sub": None},
        {"exp": None},
        {"exp": int(NOW.timestamp()) - 121},
        {"iat": int(NOW.timestamp()) + 121},
        {"nbf": int(NOW.timestamp()) + 121},
    ],
)
async def test_a_token_that_says_anything_else_is_not(wrong: dict[str, Any]) -> None:
    with pytest.raises(TokenNotTrusted):
        await read_id_token(signed(**wrong), Published(), EXPECTED)


@pytest.mark.parametrize("seconds", [-119, 119])
async def test_clocks_may_be_a_little_apart(seconds: int) -> None:
    then = int(NOW.timestamp()) + seconds
    other: dict[str, Any] = {"exp": then} if seconds < 0 else {"iat": then}
    assert await read_id_token(signed(**other), Published(), EXPECTED)


@pytest.mark.parametrize(
    "forged",
    [
        "rubbish",
        "a.b.c",
        jwt.encode({"alg": "RS256", "kid": "first"}, CLAIMS, SECOND),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTEifQ.",  # pragma: allowlist secret
    ],
)
async def test_a_token_that_the_provider_did_not_sign_is_refused(forged: str) -> None:
    with pytest.raises(TokenNotTrusted):
        await read_id_token(forged, Published(), EXPECTED)


async def test_a_key_that_is_new_is_looked_up_and_a_forged_one_not_every_time() -> None:
    provider = Published()
    await read_id_token(signed(), provider, EXPECTED)
    provider.published = [SECOND]
    provider.at += timedelta(seconds=11)

    assert await read_id_token(signed(SECOND), provider, EXPECTED)

    assert provider.asked == 2
    for _ in range(5):
        with pytest.raises(SignInError):
            await read_id_token(signed(FIRST), provider, EXPECTED)
    assert provider.asked == 2


class Imposter(Discovery):
    """Publishes the configuration of somebody else."""

    async def _read(self, address: str) -> Any:
        there = address.replace("id.example", "elsewhere.example")
        return {
            "issuer": "https://elsewhere.example",
            "authorization_endpoint": there,
            "token_endpoint": there,
            "jwks_uri": there,
        }


async def test_a_provider_that_names_another_issuer_is_not_used() -> None:
    with pytest.raises(ProviderUnreachable, match="another issuer"):
        await Imposter("https://id.example", lambda: NOW).metadata()


@pytest.mark.parametrize("name", ["", " ", "Two\nLines", "\x1b[2J", 7, None, "x" * 500])
def test_a_name_is_told_on_one_line_or_not_at_all(trusted: Trusted, name: Any) -> None:
    claims = {"sub": "u", "name": name, "app": {"roles": ["app-clinician"]}}
    told = person_of(trusted, claims).name
    assert told is None or (told.isprintable() and 0 < len(told) <= 200)


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 201])
def test_nobody_is_let_in_without_a_subject(trusted: Trusted, subject: Any) -> None:
    with pytest.raises(TokenNotTrusted):
        person_of(trusted, {"sub": subject, "app": {"roles": ["app-clinician"]}})


def test_a_claim_with_dots_of_its_own_is_found(trusted: Trusted) -> None:
    other = replace(trusted, role_claim="https://example.org/roles")
    claims = {"sub": "u", "https://example.org/roles": ["app-supervisor"]}
    assert person_of(other, claims).actor.role == "supervisor"
    with pytest.raises(NoRole):
        person_of(trusted, claims)
