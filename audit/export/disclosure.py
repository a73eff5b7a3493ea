"""Who hands out what, from where, and what has been written of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.export.lines import See, Seen
from audit.export.scope import OfPatient, OfPeriod, Scope
from audit.export.sealed_event import SealedEvent
from domain.actor import Actor
from domain.events import registry
from domain.events.exports import Basis
from domain.events.reads import Purpose
from eventstore.cipher import Cipher
from eventstore.connect import Pool
from eventstore.encryption.wrapping import KeyWrapper
from eventstore.store import EventStore

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""42 CFR 2.32(a)(2): goes with every record that is subject to it."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who hands out what, what for, and to whom.

    `see` says what the requester sees of an event. What it withholds of any is shown nowhere, and
    neither are `hidden` fields. `opened`: the patient's keys go with it.
    """

    scope: Scope
    by: Actor
    purpose: Purpose
    see: See
    made_at: datetime
    recipient: str | None = None
    basis: Basis | None = None
    part_2: bool = False
    opened: bool = False
    hidden: frozenset[str] = frozenset()
    clinic: str = "The clinic"

    @property
    def on(self) -> Basis:
        """What allows it: what the purpose says by itself, unless it is said."""
        by_purpose: dict[Purpose, Basis] = {"audit": "oversight", "treatment": "treatment"}
        return self.basis or by_purpose.get(self.purpose, "operations")

    @property
    def whole(self) -> bool:
        """Whether it tells what it is about from its beginning."""
        return isinstance(self.scope, OfPatient) or self.scope == OfPeriod()

    @property
    def notice(self) -> str | None:
        return NOTICE if self.part_2 else None


@dataclass(frozen=True, slots=True)
class Source:
    """The log, the cipher of its patients' keys, and its public keys as text."""

    pool: Pool
    cipher: Cipher
    seal_keys: str
    wrapper: KeyWrapper | None = None

    @property
    def store(self) -> EventStore:
        return EventStore(self.pool, self.cipher)


@dataclass(slots=True)
class Written:
    """What has been written of the log: how much in which form, and whose it is.

    `in_clear` are the pathways of which content is seen, `shown` all streams with a whole event.
    """

    indexes: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("all", "in_clear", "partly", "ciphertext", "hash_only"), 0
        )
    )
    pathways: set[str] = field(default_factory=set)
    in_clear: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    opened: set[UUID] = field(default_factory=set)
    closed: set[UUID] = field(default_factory=set)
    first_seq: int | None = None
    last_seq: int = 0
    withheld: set[str] = field(default_factory=set)

    @property
    def groups(self) -> list[str]:
        return sorted(one for one in self.shown if one.startswith("group-"))

    def note(self, index: int, event: SealedEvent, seen: Seen, line: Mapping[str, Any]) -> None:
        self.indexes.append(index)
        self.counts["all"] += 1
        self.counts[_kind(line)] += 1
        self.withheld |= set(seen.withheld)
        seq = int(event.envelope["seq"])
        self.first_seq = seq if self.first_seq is None else self.first_seq
        self.last_seq = seq
        if event.key_id:
            (self.opened if seen.whole else self.closed).add(event.key_id)
        if seen.whole:
            self.shown.add(event.stream_id)
        if event.stream_id.startswith("pathway-"):
            self.pathways.add(event.stream_id)
            if registry.is_personal(event.type) and seen.data is not None:
                self.in_clear.add(event.stream_id)


def _kind(line: Mapping[str, Any]) -> str:
    """How much of an event is shown; the verifier counts the same."""
    if line["data"] is None:
        return "hash_only" if line["leaf"] is None else "ciphertext"
    return "partly" if line["withheld"] else "in_clear"
