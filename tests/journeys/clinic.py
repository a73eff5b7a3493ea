"""A clinic on a running installation: its patients' pathways, and commands to them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.journeys.installation import Ended, Installation
from tests.journeys.referrals import invented_referrals

MEASURES = ("phq-9", "gad-7", "wsas", "bsl-23", "c-ssrs")
A_PAST_HOUR = "2026-11-20T15:00:00-05:00"


@dataclass(frozen=True)
class Sent:
    """One command under its own id."""

    pathway: str
    command: str
    data: dict[str, Any]
    command_id: str


@dataclass(frozen=True)
class Clinic:
    """`pathways` are open, in assessment, with measures due."""

    installation: Installation
    pathways: Sequence[str]

    async def send(self, sent: Sent) -> Ended:
        return await self.installation.submit(
            sent.pathway, sent.command, sent.command_id, **sent.data
        )

    async def goes_on(self, pathway: str) -> dict[str, Any]:
        """The receipt of one more command, which only a living workflow gives."""
        ended = await self.send(measure_of(pathway, "phq-9"))
        assert ended.code == 0, ended
        receipt: dict[str, Any] = ended.document
        return receipt

    async def agrees_with_its_log(self, pathway: str) -> None:
        """What the workflow holds is what the log says, version by version."""
        receipt = await self.goes_on(pathway)
        shown = await self.installation.ask("show", pathway)
        allowed = await self.installation.ask("permitted", pathway)
        assert receipt["version"] == shown["version"] == allowed["version"]
        assert receipt["permitted"] == [
            one for one in allowed["permitted"] if not one["blocked_by"]
        ]
        assert [one["version"] for one in shown["timeline"]] == list(range(1, shown["version"] + 1))


async def clinic_on(installation: Installation, folder: Path) -> Clinic:
    """A clinic with nine invented patients."""
    files = await asyncio.to_thread(invented_referrals, folder)
    taken = await installation.ask("refer", *map(str, files), code=1)
    return Clinic(installation, [one["pathway_id"] for one in taken if one["pathway_id"]])


def measure_of(pathway: str, measure: str) -> Sent:
    data: dict[str, Any] = {"measure": measure, "score": 0, "taken_at": A_PAST_HOUR}
    if measure == "phq-9":
        data["risk_item"] = 0
    return Sent(pathway, "record_measure", data, str(uuid4()))


def consent_of(pathway: str) -> Sent:
    data = {"consent": "treatment", "document_version": "1", "given_at": A_PAST_HOUR}
    return Sent(pathway, "give_consent", data, str(uuid4()))


def stream_of_commands(pathways: Sequence[str], each: int) -> list[Sent]:
    """A consent and measures of every pathway, mixed."""
    sent = []
    for number, measure in zip(range(each), cycle(MEASURES), strict=False):
        sent += [
            consent_of(pathway) if number == 0 else measure_of(pathway, measure)
            for pathway in pathways
        ]
    return sent
