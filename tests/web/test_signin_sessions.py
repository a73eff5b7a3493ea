"""Sessions: who is signed in, for how long, and what a browser may send in their name."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import pytest_asyncio

from domain.events.reads import RequestRefused
from eventstore.connect import Pool
from eventstore.reads import access_stream_by
from tests.web.browser import HERE, PAGES, Browser, links
from tests.web.conftest import Clock, empty_log
from web.app import create_app
from web.rates import CHANGES_OF_PEOPLE, SIGN_INS
from web.services import Services, SigningIn

COORDINATOR = "coordinator:persona-coordinator"
JSON = {"Accept": "application/json"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pool(postgres_dsn: str) -> AsyncIterator[Pool]:
    """A log without patients: beside the other tests' there are no personas."""
    async with empty_log(postgres_dsn) as pool:
        yield pool


@pytest.fixture
def demo(services: Services) -> Services:
    return replace(services, signing_in=SigningIn(personas=True))


@pytest_asyncio.fixture
async def browser(demo: Services) -> AsyncIterator[Browser]:
    async with Browser(demo) as browser:
        yield browser


async def test_a_page_asks_a_stranger_to_sign_in_and_remembers_where_they_wanted_to_go(
    browser: Browser,
) -> None:
    asked = await browser.get("/api/views/caseload?phase=assessment")
    program = await browser.get("/api/views/caseload", headers=JSON)
    form = await browser.post("/api/recover", headers=JSON)

    assert asked.status_code == 303
    assert (
        asked.headers["Location"] == "/sign-in?next=%2Fapi%2Fviews%2Fcaseload%3Fphase%3Dassessment"
    )
    assert (program.status_code, program.json()["error"]["code"]) == (401, "unauthorised")
    assert form.status_code == 401


async def test_a_persona_signs_in_and_arrives_where_they_wanted_to_go(browser: Browser) -> None:
    entered = await browser.be(COORDINATOR, "/api/views")

    assert (entered.status_code, entered.headers["Location"]) == (303, "/api/views")
    assert (await browser.get("/api/programmes")).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "nowhere", ""],
)
async def test_nobody_is_led_elsewhere_by_signing_in(browser: Browser, elsewhere: str) -> None:
    assert (await browser.be(COORDINATOR, elsewhere)).headers["Location"] == "/"


async def test_without_being_asked_for_there_are_no_personas(services: Services) -> None:
    async with Browser(services) as browser:
        page, entered = await browser.get("/sign-in"), await browser.be(COORDINATOR)

    assert "persona" not in page.text.replace("carepath up --personas", "")
    assert entered.status_code == 404
    assert "set-cookie" not in entered.headers


@pytest.mark.parametrize(
    "host", ["carepath.example.org", "127.0.0.1.example.org", "localhost.example.org:8600"]
)
async def test_a_name_that_leads_here_finds_no_personas(demo: Services, host: str) -> None:
    async with Browser(demo, f"http://{host}") as browser:
        assert "Who would you like to be" not in (await browser.get("/sign-in")).text
        assert (await browser.be(COORDINATOR)).status_code == 404


@pytest.mark.parametrize("passed_on", [{"X-Forwarded-For": "10.0.0.7"}, {"Via": "1.1 proxy"}])
async def test_whoever_comes_through_a_proxy_finds_no_personas(
    browser: Browser, passed_on: dict[str, str]
) -> None:
    browser.headers.update(passed_on)
    assert "Who would you like to be" not in (await browser.get("/sign-in")).text
    assert (await browser.be(COORDINATOR)).status_code == 404


async def test_whoever_connects_from_another_machine_finds_no_personas(demo: Services) -> None:
    transport = httpx.ASGITransport(create_app(demo), client=("10.0.0.7", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as elsewhere:
        assert "Who would you like to be" not in (await elsewhere.get("/sign-in")).text


async def test_another_site_cannot_sign_somebody_in(browser: Browser) -> None:
    form = {"persona": COORDINATOR}
    origin = await browser.post("/sign-in", data=form, headers={"Origin": "http://evil.example"})
    fetched = await browser.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})

    assert (origin.status_code, fetched.status_code) == (403, 403)
    assert not browser.cookies


async def test_the_cookie_is_kept_from_scripts_and_other_sites(
    browser: Browser, demo: Services
) -> None:
    plain = (await browser.be(COORDINATOR)).headers["Set-Cookie"]
    public = SigningIn(public_url="https://carepath.example.org", personas=True)
    async with Browser(replace(demo, signing_in=public)) as secure:
        bound = (await secure.be(COORDINATOR)).headers["Set-Cookie"]

    assert plain.startswith("carepath_session=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert bound.startswith("__Host-carepath=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(bound.split("; "))
    assert "domain" not in bound.lower()


async def test_the_database_knows_the_session_but_not_its_secret(
    browser: Browser, pool: Pool
) -> None:
    await browser.be(COORDINATOR)
    secret = browser.cookies["carepath_session"]

    rows = await pool.fetch("SELECT * FROM carepath_log.sessions ORDER BY signed_in_at")

    assert secret not in "".join(str(tuple(row.values())) for row in rows)
    assert "persona-coordinator" in {row["subject"] for row in rows}


async def test_a_session_that_is_not_used_ends(browser: Browser, clock: Clock) -> None:
    await browser.be(COORDINATOR)
    clock.pass_time(minutes=29)
    still = await browser.get("/api/programmes")
    clock.pass_time(minutes=29)
    again = await browser.get("/api/programmes")
    clock.pass_time(minutes=31)

    assert (still.status_code, again.status_code) == (200, 200)
    assert (await browser.get("/api/programmes")).status_code == 303


async def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(
    browser: Browser, clock: Clock
) -> None:
    await browser.be(COORDINATOR)
    by_itself = {"X-Refreshes": "yes"}
    clock.pass_time(minutes=20)
    still = await browser.get("/api/programmes", headers=by_itself)
    clock.pass_time(minutes=11)
    over = await browser.get("/api/programmes", headers=by_itself)

    assert (still.status_code, over.status_code) == (200, 401)
    assert over.headers["HX-Redirect"] == "/sign-in?next=%2F"
    assert (await browser.get("/api/programmes")).status_code == 303


PARTS: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "/today", {"X-Refreshes": "yes"}),
    ("GET", "/today/steps/pathway-1", {"HX-Request": "true"}),
    ("POST", "/groups/group-1/sessions/1/look", {"HX-Request": "true"}),
]


@pytest.mark.parametrize(("method", "path", "headers"), PARTS)
async def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in_and_back(
    browser: Browser, method: str, path: str, headers: dict[str, str]
) -> None:
    shown = {"HX-Current-URL": "http://127.0.0.1:8600/today?due=ever", "Accept": "*/*"}

    answer = await browser.request(method, path, headers=headers | shown)

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Ftoday%3Fdue%3Dever"


@pytest.mark.parametrize(
    "shown",
    ["https://elsewhere.example//evil.example/", "javascript:alert(1)", "http://127.0.0.1\\evil"],
)
async def test_a_part_that_names_another_site_leads_to_none(browser: Browser, shown: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": shown}

    answer = await browser.get("/today", headers=headers)

    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2F"


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/entities/pathway-1/commands/pause?task=1", "/entities/pathway-1/commands/pause?task=1"),
        ("/do/pathway-1/resume", "/"),
    ],
)
async def test_whoever_sends_a_form_too_late_is_told_that_it_was_not_recorded(
    browser: Browser, path: str, back: str
) -> None:
    sent = await browser.post(path, data={"reason": "x"})
    page = await browser.get(sent.headers["Location"])

    assert sent.status_code == 303
    assert dict(parse_qsl(urlsplit(sent.headers["Location"]).query))["next"] == back
    assert "What you sent was not recorded" in page.text


async def test_a_session_ends_however_much_it_is_used(browser: Browser, clock: Clock) -> None:
    await browser.be(COORDINATOR)
    for _ in range(12 * 3 - 1):
        clock.pass_time(minutes=20)
        assert (await browser.get("/api/programmes")).status_code == 200
    clock.pass_time(minutes=20)
    assert (await browser.get("/api/programmes")).status_code == 303


async def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(
    browser: Browser, demo: Services
) -> None:
    await browser.be(COORDINATOR)
    kept = dict(browser.cookies)
    page = await browser.post("/sign-out", data={"csrf": await browser.csrf(demo)})

    assert "signed out" in page.text
    assert not browser.cookies
    browser.cookies.update(kept)
    assert (await browser.get("/api/programmes")).status_code == 303


async def test_signing_out_everywhere_ends_all_sessions_of_the_same_person_and_no_others(
    browser: Browser, demo: Services
) -> None:
    await browser.be(COORDINATOR)
    async with Browser(demo) as second, Browser(demo) as another:
        await second.be(COORDINATOR)
        await another.be("auditor:persona-auditor")
        await browser.post("/sign-out", data={"csrf": await browser.csrf(demo), "everywhere": "1"})

        assert (await second.get("/api/programmes")).status_code == 303
        assert (await another.get("/api/programmes")).status_code == 200


async def test_a_change_must_come_from_a_page_of_the_session(
    browser: Browser, demo: Services
) -> None:
    await browser.be(COORDINATOR)
    own = await browser.csrf(demo)
    wanted = "/api/views/caseload/search"

    without = await browser.post(wanted, json={})
    wrong = await browser.post(wanted, json={}, headers={"X-CSRF-Token": own[:-1] + "x"})
    form = await browser.post("/sign-out", data={"csrf": "another"})
    right = await browser.post(wanted, json={"limit": 0}, headers={"X-CSRF-Token": own})

    assert {without.status_code, wrong.status_code, form.status_code} == {403}
    assert without.json()["error"]["code"] == "not_from_here"
    await browser.app.state.access_log.written()
    told = await demo.store.read_stream(access_stream_by("persona-coordinator"))
    refused = [one.event for one in told if isinstance(one.event, RequestRefused)]
    assert {(one.what, one.code) for one in refused} >= {
        (wanted, "not_from_here"),
        ("/sign-out", "not_from_here"),
    }
    assert right.status_code == 400


async def test_a_form_with_a_file_is_read_and_given_on_whole(
    browser: Browser, demo: Services
) -> None:
    await browser.be(COORDINATOR)
    data = {"csrf": await browser.csrf(demo), "everywhere": "1"}
    answer = await browser.post("/sign-out", data=data, files={"bundle": ("b.json", b"{}" * 9)})
    assert "signed out" in answer.text


async def test_attempts_to_sign_in_are_counted_by_address(browser: Browser, clock: Clock) -> None:
    attempts = [await browser.be("nobody:at-all") for _ in range(SIGN_INS.at_once + 1)]

    assert [one.status_code for one in attempts[:-1]] == [404] * SIGN_INS.at_once
    assert attempts[-1].status_code == 429
    wait = int(attempts[-1].headers["Retry-After"])
    clock.pass_time(seconds=wait)
    assert (await browser.be(COORDINATOR)).status_code == 303


async def test_changes_faster_than_by_hand_are_told_to_wait(
    browser: Browser, demo: Services
) -> None:
    await browser.be(COORDINATOR)
    own = {"X-CSRF-Token": await browser.csrf(demo), **JSON}
    sent = [
        await browser.post("/api/recover", headers=own) for _ in range(CHANGES_OF_PEOPLE.at_once)
    ]
    refused = await browser.post("/api/recover", headers=own)

    assert {one.status_code for one in sent} == {403}
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert (await browser.get("/api/programmes")).status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/nothing", "/api/programmes"])
async def test_every_answer_carries_the_policy(browser: Browser, path: str) -> None:
    headers = (await browser.get(path, headers=PAGES)).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


async def test_the_sign_in_page_runs_and_styles_nothing_of_its_own(browser: Browser) -> None:
    text = (await browser.get("/sign-in")).text
    assert "<script" not in text
    assert "style=" not in text
    assert links(await browser.get("/sign-in?next=%22%3E%3Cscript%3E"))
    assert "<script>" not in (await browser.get("/sign-in?next=/%22%3E%3Cscript%3E")).text


async def test_a_session_lasts_as_the_settings_say(services: Services, clock: Clock) -> None:
    short = replace(
        SigningIn(personas=True).lasting, idle=timedelta(minutes=5), at_most=timedelta(minutes=6)
    )
    settings = SigningIn(personas=True, lasting=short)
    async with Browser(replace(services, signing_in=settings)) as browser:
        await browser.be(COORDINATOR)
        clock.pass_time(minutes=5)
        assert (await browser.get("/api/programmes")).status_code == 303
