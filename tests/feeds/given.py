"""What the tests of feeds are given: a log of patients, and a receiver that is told of it."""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from activities.feeds import subscription as subscriptions
from activities.feeds.delivery import Feeds, deliver
from activities.feeds.subscription import Subscription
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.activities.web_server import Web
from tests.domain.histories import referred
from tests.encryption.given import a_pathway, happened
from tests.projections.given import settle
from web.rights.sight import sight_of

EVERYTHING = ("read_patient", "read_identity", "read_coverage", "read_clinical", "read_safety")
SECRET = bytes(range(32))
LAB = "lab"


def written(secret: bytes) -> str:
    return "whsec_" + base64.b64encode(secret).decode()


@dataclass
class Counted:
    """What a process would count, in order."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def delivered(self, receiver: str) -> None:
        self.said.append(("delivered", receiver))

    def failed(self, receiver: str) -> None:
        self.said.append(("failed", receiver))


@dataclass
class Clinic:
    """A log, and one receiver beside it."""

    pool: Pool
    store: EventStore
    web: Web
    folder: Path
    counted: Counted = field(default_factory=Counted)

    @property
    def feeds(self) -> Feeds:
        return Feeds(self.pool, self.store, self.web.client, sight_of, self.counted)

    def secret(self, secret: bytes = SECRET, name: str = "secret") -> str:
        """Where a secret is."""
        file = self.folder / name
        file.write_text(written(secret) + "\n")
        return f"file:{file}"

    async def referred(self, times: int = 1) -> str:
        """A pathway of so many patients' first event, settled; the last one."""
        pathway = ""
        for _ in range(times):
            pathway = a_pathway()
            await happened(self.store, pathway, referred()[:1])
        await settle(self.pool)
        return pathway

    async def subscribe(
        self,
        *,
        types: Sequence[str] = (),
        sees: Sequence[str] = (),
        secrets: Sequence[str] | None = None,
        after: int | None = 0,
        name: str = LAB,
    ) -> None:
        given = [self.secret()] if secrets is None else secrets
        await subscriptions.add(
            self.pool, name, self.web.url, types=types, sees=sees, secrets=given, after=after
        )

    async def lab(self) -> Subscription:
        return await subscriptions.subscription(self.pool, LAB)

    async def send(self) -> None:
        """What the worker does once it finds that something waits."""
        await deliver(self.feeds, await self.lab())

    @property
    def got(self) -> list[dict[str, Any]]:
        """What the receiver was sent, in order."""
        return [one.json for one in self.web.asked]

    async def log(self) -> list[dict[str, Any]]:
        rows = await self.pool.fetch(
            "SELECT seq, event_id, type FROM carepath_log.events ORDER BY 1"
        )
        return [dict(row) for row in rows]


async def until(clinic: Clinic, events: int) -> None:
    """Wait until the receiver was sent so many events."""
    async with asyncio.timeout(20):
        while len(clinic.web.asked) < events:
            await asyncio.wait_for(clinic.web.was_asked.wait(), 20)
            clinic.web.was_asked.clear()
            await asyncio.sleep(0)
