"""Text messages through a web service: signed, recognisable, and tried again when it helps."""

import base64
import hashlib
import hmac
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

import pytest

from activities.calls import Endpoint
from activities.messages import wording
from activities.notify import Letter
from activities.ports import EffectError, Impossible, TryAgain
from activities.webhook import WebhookSender
from tests.activities.given import PHONE
from tests.activities.web_server import Reply, Web, web_server

SECRET = b"a-secret-of-the-tests"
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_bytes(SECRET + b"\n")
    return file


@pytest.fixture
def sender(web: Web, secret_file: Path) -> WebhookSender:
    return WebhookSender(web.endpoint("sms"), secret_file, now=lambda: AT)


def letter() -> Letter:
    words = wording("session_reminder", "es")
    return Letter(id=uuid4(), to=PHONE, language="es", wording=words)


async def test_a_receiver_can_tell_who_called_and_that_nothing_was_changed(
    web: Web, sender: WebhookSender
) -> None:
    sent = letter()
    await sender.send(sent)
    (asked,) = web.asked
    signed = f"{sent.id}.{int(AT.timestamp())}.".encode() + asked.body
    expected = base64.b64encode(hmac.digest(SECRET, signed, hashlib.sha256)).decode()
    assert asked.headers["webhook-signature"] == f"v1,{expected}"
    assert asked.headers["webhook-timestamp"] == str(int(AT.timestamp()))
    assert asked.headers["webhook-id"] == str(sent.id)


async def test_the_effects_id_is_the_idempotency_key(web: Web, sender: WebhookSender) -> None:
    sent = letter()
    await sender.send(sent)
    (asked,) = web.asked
    assert asked.headers["idempotency-key"] == str(sent.id)
    assert asked.json == {
        "id": str(sent.id),
        "to": PHONE,
        "text": sent.wording.short,
        "language": "es",
    }


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
async def test_what_may_pass_is_tried_again(web: Web, sender: WebhookSender, status: int) -> None:
    web.will(Reply(status))
    with pytest.raises(TryAgain, match="sms_not_taken") as failed:
        await sender.send(letter())
    assert (failed.value.after, failed.value.within) == (None, None)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "login_refused"), (403, "login_refused"), (404, "not_there"), (409, "under_way")],
)
async def test_what_may_be_put_right_is_tried_again_for_an_hour(
    web: Web, sender: WebhookSender, status: int, reason: str
) -> None:
    web.will(Reply(status, headers={"retry-after": "3"}))
    with pytest.raises(TryAgain, match=f"sms_{reason}") as failed:
        await sender.send(letter())
    assert failed.value.within == timedelta(hours=1)
    assert failed.value.after == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("status", "perhaps"),
    [(401, False), (404, False), (409, True), (429, False), (500, True), (502, True), (503, False)],
)
async def test_only_some_answers_say_that_nobody_has_it(
    web: Web, sender: WebhookSender, status: int, perhaps: bool
) -> None:
    web.will(Reply(status))
    with pytest.raises(TryAgain) as failed:
        await sender.send(letter())
    assert failed.value.perhaps_received is perhaps


@pytest.mark.parametrize("status", [301, 400, 410, 422])
async def test_any_other_refusal_is_final(web: Web, sender: WebhookSender, status: int) -> None:
    web.will(Reply(status, headers={"location": "http://127.0.0.1:1/"}))
    with pytest.raises(Impossible, match="sms_refused"):
        await sender.send(letter())


async def test_a_receiver_is_left_alone_for_as_many_seconds_as_it_asks(
    web: Web, sender: WebhookSender
) -> None:
    web.will(Reply(429, headers={"retry-after": "120"}))
    with pytest.raises(TryAgain) as failed:
        await sender.send(letter())
    assert failed.value.after == timedelta(seconds=120)


async def test_a_receiver_is_left_alone_until_the_date_that_it_says(
    web: Web, sender: WebhookSender
) -> None:
    then = datetime.now(UTC) + timedelta(minutes=10)
    web.will(Reply(503, headers={"retry-after": format_datetime(then, usegmt=True)}))
    with pytest.raises(TryAgain) as failed:
        await sender.send(letter())
    assert failed.value.after is not None
    assert timedelta(minutes=9) < failed.value.after <= timedelta(minutes=10)


@pytest.mark.parametrize("said", ["soon", "-5", "", "Mon, 99 Foo 2026 00:00:00 GMT"])
async def test_a_retry_after_that_nobody_understands_is_left_out(
    web: Web, sender: WebhookSender, said: str
) -> None:
    web.will(Reply(503, headers={"retry-after": said}))
    with pytest.raises(TryAgain) as failed:
        await sender.send(letter())
    assert failed.value.after is None


async def test_a_retry_after_in_the_past_is_at_once(web: Web, sender: WebhookSender) -> None:
    web.will(Reply(503, headers={"retry-after": "Mon, 02 Mar 2026 00:00:00 GMT"}))
    with pytest.raises(TryAgain) as failed:
        await sender.send(letter())
    assert failed.value.after == timedelta(0)


async def test_a_service_that_does_not_answer_in_time_is_tried_again(
    web: Web, secret_file: Path
) -> None:
    web.will()
    sender = WebhookSender(web.endpoint("sms", patience=0.1), secret_file)
    with pytest.raises(TryAgain, match="sms_unreachable") as failed:
        await sender.send(letter())
    assert failed.value.reasons == ("sms_unreachable", "perhaps_received")


async def test_a_service_that_is_down_is_tried_again(web: Web, secret_file: Path) -> None:
    async with web_server() as gone:
        url = gone.url
    sender = WebhookSender(Endpoint("sms", url, web.client), secret_file)
    with pytest.raises(TryAgain, match="sms_unreachable") as failed:
        await sender.send(letter())
    assert url not in "".join(traceback.format_exception(failed.value))
    assert failed.value.reasons == ("sms_unreachable",)


async def test_a_token_that_cannot_be_read_is_tried_again(
    web: Web, secret_file: Path, tmp_path: Path
) -> None:
    absent = web.endpoint("sms", token_file=tmp_path / "token")
    with pytest.raises(TryAgain, match="sms_unreachable") as failed:
        await WebhookSender(absent, secret_file).send(letter())
    assert not failed.value.perhaps_received


async def test_the_token_is_read_at_each_call(web: Web, secret_file: Path, tmp_path: Path) -> None:
    token = tmp_path / "token"
    sender = WebhookSender(web.endpoint("sms", token_file=token), secret_file)
    for value in ("first", "second"):
        token.write_text(f"{value}\n")
        await sender.send(letter())
    said = [one.headers["authorization"] for one in web.asked]
    assert said == ["Bearer first", "Bearer second"]


async def test_a_failure_keeps_number_and_words_to_itself(web: Web, sender: WebhookSender) -> None:
    web.will(Reply(400, {"error": f"{PHONE} is not a number"}))
    with pytest.raises(EffectError) as failed:
        await sender.send(letter())
    assert PHONE not in "".join(traceback.format_exception(failed.value))
