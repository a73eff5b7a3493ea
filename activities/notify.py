"""Telling people: the port `notify`, by e-mail or text message, or into a folder."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol
from uuid import UUID

from activities.contracts import EffectRequest
from activities.files import write_whole
from activities.ledger import SENT, Ledger
from activities.messages import Wording, wording
from activities.ports import DONE, Impossible, Settled, TryAgain
from activities.recipients import Address, Recipients
from activities.words import Channel, Language
from domain.patient import ContactWay
from domain.value import Value

NOT_ALLOWED = Settled(outcome="lapsed", reasons=("messages_not_allowed",))
NOT_WANTED = Settled(outcome="suppressed", reasons=("messages_not_wanted",))


class Message(Value):
    """A neutral message as the folder has it: a template, and an opaque recipient."""

    id: UUID
    entity_id: str
    recipient: str
    template: str


class Letter(Value):
    """A message with its words and the address that it goes to: never logged, never kept.

    While an entity waits for it (`at_once`), a sender is quick to say that the other side is slow.
    """

    id: UUID
    to: str
    language: Language
    wording: Wording
    at_once: bool = False


class Sender(Protocol):
    """Sends letters by one channel."""

    async def send(self, letter: Letter) -> None:
        """Raises `TryAgain` or `Impossible`."""


class Notifier:
    """Looks up address and words, and sends by the first channel that can.

    Which come in question, and in which order, says the patient, or else the template.
    """

    def __init__(
        self,
        recipients: Recipients,
        senders: Mapping[Channel, Sender],
        ledger: Ledger,
        language: Language = "en",
    ) -> None:
        self._recipients = recipients
        self._senders = senders
        self._ledger = ledger
        self._language: Language = language

    async def perform(self, request: EffectRequest) -> Settled:
        """Send once per effect id, as far as the ledger knows. Nothing goes to the dead."""
        pending = request.pending
        if await self._ledger.line(pending.id) == SENT:
            return DONE
        address = await self._recipients.address(request.entity_id, pending.effect.recipient)
        if address is None:
            return NOT_ALLOWED
        if address.by == ():
            return NOT_WANTED
        await self._send(request, address, address.language or self._language)
        await self._ledger.note(pending.id, SENT)
        return DONE

    async def _send(self, request: EffectRequest, address: Address, language: Language) -> None:
        """By one channel after the other until one takes it: a call must not wait for a gateway.

        Another attempt follows only if none did and one of them only failed for now. An attempt
        that is made at once is over with that: the patient one will see whether it still fails.
        """
        words = wording(request.pending.effect.template, language)
        refused: Impossible | None = None
        for_now: TryAgain | None = None
        for channel, to in _ways(words, address):
            if channel not in self._senders:
                continue
            letter = Letter(
                id=request.pending.id,
                to=to,
                language=language,
                wording=words,
                at_once=request.at_once,
            )
            try:
                return await self._senders[channel].send(letter)
            except Impossible as impossible:
                refused = impossible
            except TryAgain as later:
                if request.at_once:
                    raise
                for_now = for_now or later
        raise for_now or refused or _by_nobody(address)


class FolderNotifier:
    """Leaves each message as a file named by its id: sending it again changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def perform(self, request: EffectRequest) -> Settled:
        effect = request.pending.effect
        message = Message(
            id=request.pending.id,
            entity_id=request.entity_id,
            recipient=effect.recipient,
            template=effect.template,
        )
        await asyncio.to_thread(self._leave, message)
        return DONE

    def _leave(self, message: Message) -> None:
        target = self._folder / f"{message.id}.json"
        if not target.exists():
            write_whole(target, message.model_dump_json().encode())


def _ways(words: Wording, address: Address) -> list[tuple[Channel, str]]:
    """The channels that are wanted and by which there is an address, in their order."""
    known: dict[Channel, str | None] = {"email": address.email, "sms": address.phone}
    wanted: Iterable[ContactWay] = words.by if address.by is None else address.by
    return [(way, to) for way in wanted if way != "letter" and (to := known[way])]


def _by_nobody(address: Address) -> Impossible:
    """A letter is a person's to write."""
    by_letter = address.by is not None and "letter" in address.by
    return Impossible("letter_wanted" if by_letter else "no_way_to_reach")
