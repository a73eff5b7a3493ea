"""E-mail against a real SMTP server: what is tried again, what is final, and what is encrypted."""

import asyncio
import traceback
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from activities.mail import MailSender, MailServer
from activities.messages import wording
from activities.notify import Letter
from activities.ports import EffectError, Impossible, TryAgain
from activities.words import MailSecurity
from tests.activities.given import EMAIL
from tests.activities.mail_server import (
    CUT,
    PASSWORD,
    TAKEN,
    TAKEN_AND_CUT,
    Mail,
    certified,
    mail_server,
)

SENDER = "no-reply@clinic.example"


def letter(to: str = EMAIL, effect_id: UUID | None = None, *, at_once: bool = False) -> Letter:
    words = wording("session_reminder", "en")
    id_ = effect_id or uuid4()
    return Letter(id=id_, to=to, language="en", wording=words, at_once=at_once)


def sender(
    port: int,
    security: MailSecurity = "none",
    *,
    ca_file: Path | None = None,
    user: str | None = None,
    password_file: Path | None = None,
    patience: float = 40,
    shortly: float = 20,
) -> MailSender:
    server = MailServer(
        "127.0.0.1", port, SENDER, security, user, password_file, ca_file, patience, shortly
    )
    return MailSender(server)


async def test_a_receiver_recognises_the_same_message_when_it_comes_again(mail: Mail) -> None:
    effect_id = uuid4()
    await sender(mail.port).send(letter(effect_id=effect_id))
    await sender(mail.port).send(letter(effect_id=effect_id))
    assert {one["Message-ID"] for one in mail.taken} == {f"<{effect_id}@clinic.example>"}


async def test_a_message_says_that_a_machine_sent_it(mail: Mail) -> None:
    await sender(mail.port).send(letter())
    (taken,) = mail.taken
    assert (taken["Auto-Submitted"], taken["From"]) == ("auto-generated", SENDER)
    assert taken["Content-Language"] == "en"
    assert taken["Subject"] == "A reminder of your appointment"


async def test_a_server_that_is_down_is_tried_again() -> None:
    async with mail_server() as gone:
        port = gone.port
    with pytest.raises(TryAgain, match="mail_unreachable"):
        await sender(port).send(letter())


async def test_a_server_that_says_nothing_is_tried_again() -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(wait, "127.0.0.1", 0)
    async with silent:
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(TryAgain, match="mail_unreachable"):
            await sender(port, patience=0.2).send(letter())


async def test_a_server_that_is_slow_to_begin_is_given_up_where_an_entity_waits() -> None:
    """It got nothing, so the patient attempt that follows is the first."""
    heard = b""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard += await reader.read()
        writer.close()

    silent = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with silent, asyncio.timeout(20):
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(TryAgain, match="mail_unreachable"):
            await sender(port, patience=60, shortly=0.2).send(letter(at_once=True))
    assert heard == b""


async def test_a_message_that_has_begun_is_never_cut_off_however_slow_the_server(
    mail: Mail,
) -> None:
    shortly = 3.0
    mail.let_go.clear()
    mail.after = shortly * 1.1
    await sender(mail.port, patience=60, shortly=shortly).send(letter(at_once=True))
    assert len(mail.taken) == 1


async def test_a_line_cut_before_the_answer_means_the_same_message_again(mail: Mail) -> None:
    """Nobody knows whether it was taken: rather twice than never, and always under one id."""
    mail.data = [CUT, TAKEN]
    cut_off = letter()
    with pytest.raises(TryAgain, match="mail_unreachable"):
        await sender(mail.port).send(cut_off)
    await sender(mail.port).send(cut_off)
    assert len(mail.taken) == 2
    assert {one["Message-ID"] for one in mail.taken} == {f"<{cut_off.id}@clinic.example>"}


async def test_a_line_cut_after_the_answer_does_no_harm(mail: Mail) -> None:
    mail.data = [TAKEN_AND_CUT]
    await sender(mail.port).send(letter())
    assert len(mail.taken) == 1


@pytest.mark.parametrize("at", ["recipient", "data"])
async def test_a_refusal_for_now_is_tried_again_and_then_arrives(mail: Mail, at: str) -> None:
    setattr(mail, at, ["451 greylisted", "250 taken"])
    with pytest.raises(TryAgain, match="mail_not_taken"):
        await sender(mail.port).send(letter())
    await sender(mail.port).send(letter())
    assert len(mail.taken) == 1


@pytest.mark.parametrize("at", ["recipient", "data"])
async def test_a_refusal_for_good_is_final(mail: Mail, at: str) -> None:
    setattr(mail, at, [f"550 no such user {EMAIL}"])
    with pytest.raises(Impossible, match="mail_refused"):
        await sender(mail.port).send(letter())


@pytest.mark.parametrize("to", ["nobody", "a b@c.example", "@", "a@b@c.example"])
async def test_what_is_no_address_is_final(mail: Mail, to: str) -> None:
    with pytest.raises(Impossible, match="address_invalid"):
        await sender(mail.port).send(letter(to))
    assert mail.taken == []


async def test_an_address_beyond_ascii_is_final_where_the_server_takes_none(mail: Mail) -> None:
    with pytest.raises(Impossible, match="address_not_supported"):
        await sender(mail.port).send(letter("jose@mäil.example"))


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_mail_is_encrypted_with_a_server_that_the_authority_vouches_for(
    tmp_path: Path, security: MailSecurity
) -> None:
    context, trusted = certified(tmp_path)
    async with mail_server(**{security: context}) as mail:  # type: ignore[arg-type]
        await sender(mail.port, security, ca_file=trusted).send(letter())
        assert mail.encrypted == [True]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_that_nobody_vouches_for_gets_nothing(
    tmp_path: Path, security: MailSecurity
) -> None:
    context, _ = certified(tmp_path)
    async with mail_server(**{security: context}) as mail:  # type: ignore[arg-type]
        with pytest.raises(TryAgain, match="mail_unreachable"):
            await sender(mail.port, security).send(letter())
        assert mail.taken == []


async def test_nothing_goes_in_clear_to_a_server_without_encryption(mail: Mail) -> None:
    with pytest.raises(TryAgain, match="mail_unreachable"):
        await sender(mail.port, "starttls").send(letter())
    assert mail.taken == []


@pytest.mark.parametrize(("password", "arrives"), [(PASSWORD, True), ("another", False)])
async def test_the_password_comes_from_its_file(
    tmp_path: Path, password: str, arrives: bool
) -> None:
    context, trusted = certified(tmp_path)
    file = tmp_path / "password"
    file.write_text(f"{password}\n")
    async with mail_server(starttls=context, login=True) as mail:
        told = sender(mail.port, "starttls", ca_file=trusted, user="clinic", password_file=file)
        if arrives:
            await told.send(letter())
        else:
            with pytest.raises(TryAgain, match="mail_login_refused"):
                await told.send(letter())
        assert set(mail.users) == {"clinic"}
        assert len(mail.taken) == arrives


async def test_a_failure_keeps_the_address_to_itself(mail: Mail) -> None:
    mail.recipient = [f"550 no such user {EMAIL}"]
    with pytest.raises(EffectError) as failed:
        await sender(mail.port).send(letter())
    assert EMAIL not in "".join(traceback.format_exception(failed.value))
