"""Who is let in, and what is answered to whom is not."""

import json
from pathlib import Path

import pytest

from eventstore.store import EventStore
from tests.web.api import TOKEN, Api, bundle
from web.tokens import bearer_of, read_tokens
from workers.keys import LOCAL_ROLES, ensure_keys

CLOSED = ("/", "/openapi.json", "/api/views", "/api/programmes", "/docs", "/nothing-here")


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer another",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        TOKEN,
        b"Bearer \xe9\xff",
    ],
)
async def test_without_a_known_token_nothing_is_shown(
    api: Api, path: str, authorization: str | bytes | None
) -> None:
    del api.headers["Authorization"]
    headers = {"Authorization": authorization} if authorization is not None else {}

    answer = await api.get(path, headers=headers)  # type: ignore[arg-type]

    assert answer.status_code == 401
    assert "keys/api-token" in answer.json()["error"]["message"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_command_without_a_token_changes_nothing(clinic: Api, store: EventStore) -> None:
    before = await store.count()
    del clinic.headers["Authorization"]

    answer = await clinic.post("/api/referrals", content=json.dumps(bundle()))

    assert answer.status_code == 401
    assert await store.count() == before


async def test_health_is_open_to_reading_and_to_nothing_else(api: Api) -> None:
    del api.headers["Authorization"]

    assert (await api.get("/health")).json() == {"ok": True}
    assert (await api.post("/health")).status_code == 401
    assert (await api.get("/health/")).status_code == 401


async def test_the_word_bearer_may_be_written_in_small_letters(api: Api) -> None:
    assert (await api.get("/", headers={"Authorization": f"bearer {TOKEN}"})).status_code == 200


async def test_unknown_paths_and_methods_are_answered_in_the_one_shape(api: Api) -> None:
    missing, wrong = await api.get("/api/nothing"), await api.get("/api/recover")

    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")
    assert (await api.get("/docs")).status_code == 404


async def test_the_description_lists_every_resource(api: Api) -> None:
    paths = (await api.get("/openapi.json")).json()["paths"]

    assert "/api/entities/{entity_id}/commands" in paths
    assert set((await api.get("/")).json()["links"].values()) - {"/openapi.json"} <= set(paths)


async def test_who_acts_is_who_the_token_belongs_to(clinic: Api) -> None:
    shown = await clinic.shown(await clinic.opened())

    actors = {(one["actor"]["subject"], one["actor"]["role"]) for one in shown["timeline"]}
    assert actors == {("account-1", "coordinator")}


def test_the_tokens_of_an_installation_are_read(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "keys")

    tokens = read_tokens(keys.tokens)

    assert [one.person.actor.role for one in tokens] == list(LOCAL_ROLES)
    told = f"Bearer {keys.token_of('auditor').read_text().strip()}"
    known = bearer_of(tokens, told)
    assert known is not None
    assert known.actor.subject == "local-auditor"
    keys.tokens.write_text('[{"sha256": "short", "subject": "x", "role": "coordinator"}]')
    with pytest.raises(ValueError, match="sha256"):
        read_tokens(keys.tokens)


def test_an_installation_of_before_gets_the_tokens_that_it_lacks_and_keeps_its_own(
    tmp_path: Path,
) -> None:
    keys = ensure_keys(tmp_path / "keys")
    kept = keys.api_token.read_text()
    listed = json.loads(keys.tokens.read_text())
    keys.token_of("auditor").unlink()
    keys.tokens.write_text(json.dumps([listed[0], {**listed[1], "subject": "somebody"}]))

    tokens = read_tokens(ensure_keys(tmp_path / "keys").tokens)

    assert keys.api_token.read_text() == kept
    subjects = [one.subject for one in tokens]
    assert subjects == ["local-coordinator", "somebody", "local-auditor"]
