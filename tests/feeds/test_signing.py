"""Receivers can tell who calls, by a check of their own that is written here from the spec."""

import base64
import hashlib
import hmac
from pathlib import Path

import pytest

from activities.feeds import subscription as subscriptions
from activities.feeds.errors import SecretUnusable
from activities.feeds.signing import secrets_at
from tests.activities.web_server import Asked
from tests.feeds.given import LAB, SECRET, Clinic, written

OTHER = bytes(reversed(SECRET))


def genuine(asked: Asked, secret: str) -> bool:
    """Standard Webhooks 1.0: any of the signatures with version v1 fits."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = (asked.headers["webhook-id"], asked.headers["webhook-timestamp"])
    signed = ".".join((*said, asked.body.decode())).encode()
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = asked.headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(one, f"v1,{expected}") for one in given)


async def test_each_event_is_signed(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe()

    await clinic.send()

    [asked] = clinic.web.asked
    assert asked.headers["content-type"] == "application/cloudevents+json"
    assert asked.headers["webhook-id"] == asked.json["id"]
    assert genuine(asked, written(SECRET))
    assert not genuine(asked, written(OTHER))


async def test_while_secrets_are_exchanged_either_fits(clinic: Clinic) -> None:
    await clinic.subscribe()
    both = [clinic.secret(OTHER, "next"), clinic.secret(SECRET, "secret")]
    for secrets, fitting in (
        (both[1:], {SECRET}),
        (both, {SECRET, OTHER}),
        (both[:1], {OTHER}),
    ):
        await subscriptions.exchange_secrets(clinic.pool, LAB, secrets)
        await clinic.referred()
        await clinic.send()
        asked = clinic.web.asked[-1]
        assert {one for one in (SECRET, OTHER) if genuine(asked, written(one))} == fitting


async def test_a_file_that_is_exchanged_counts_at_the_next_event(clinic: Clinic) -> None:
    await clinic.subscribe()
    clinic.secret(OTHER)
    await clinic.referred()
    await clinic.send()
    assert genuine(clinic.web.asked[-1], written(OTHER))


async def test_without_its_secret_nothing_is_sent(clinic: Clinic) -> None:
    await clinic.subscribe(secrets=["env:CAREPATH_NO_SUCH_SECRET"])
    await clinic.referred()

    await clinic.send()

    assert clinic.got == []
    assert (await clinic.lab()).failure == "secret_unusable"


async def test_a_secret_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_SECRET", written(SECRET))
    assert await secrets_at(["env:LAB_SECRET"]) == [SECRET]


@pytest.mark.parametrize(
    "text", ["", "whsec_", written(SECRET)[6:], written(b"short"), written(bytes(65)), "whsec_ü%"]
)
async def test_what_is_no_secret_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text)
    with pytest.raises(SecretUnusable, match="put whsec_"):
        await secrets_at([f"file:{tmp_path / 'secret'}"])
