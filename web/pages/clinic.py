"""The clinic as its pages speak of it: its time zone, and its programmes' own words."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from domain.programmes.definition import Definition
from web.pages.wording import in_words
from web.published import published_programmes
from web.services import Services

ELSEWHERE = ZoneInfo("UTC")
"""The zone of a clinic that has published no programme yet."""

KEPT = timedelta(seconds=10)
"""So long the programmes are not asked for again: a page must not wait for them."""


@dataclass(frozen=True)
class Clinic:
    """The latest version of every programme, and the zone in which pages tell the time."""

    zone: ZoneInfo = ELSEWHERE
    programmes: tuple[Definition, ...] = ()

    def programme(self, label: str | None) -> Definition | None:
        """The programme in force of which `label` (`mbt-g@1`) is some version."""
        wanted = (label or "").partition("@")[0]
        return next((one for one in self.programmes if one.id == wanted), None)

    def phase_title(self, label: str | None, phase_id: str | None) -> str:
        programme = self.programme(label)
        phase = programme.phase(phase_id) if programme and phase_id else None
        return phase.title if phase else in_words(phase_id or "no phase yet")

    def phases(self) -> dict[str, str]:
        """The title of every phase of every programme, by its id."""
        return {phase.id: phase.title for one in self.programmes for phase in one.phases}


@dataclass
class Clinics:
    """Knows the clinic for a few seconds at a time."""

    _known: Clinic = field(default_factory=Clinic)
    _until: float = float("-inf")

    async def clinic(self, services: Services) -> Clinic:
        if time.monotonic() > self._until:
            published = [one async for one in published_programmes(services)]
            programmes = tuple(one.latest for one in published if one.latest)
            self._known = Clinic(_zone(programmes, services.programme), programmes)
            lasting = KEPT if programmes else timedelta(0)
            self._until = time.monotonic() + lasting.total_seconds()
        return self._known


def _zone(programmes: Iterable[Definition], usual: str) -> ZoneInfo:
    ordered = sorted(programmes, key=lambda one: one.id != usual)
    return ZoneInfo(ordered[0].zone) if ordered else ELSEWHERE


async def note_clinic(request: Request) -> Clinic:
    """Have the page know the clinic: `request.state.clinic`."""
    clinics: Clinics = request.app.state.clinics
    clinic = await clinics.clinic(request.app.state.services)
    request.state.clinic = clinic
    return clinic


AtClinic = Annotated[Clinic, Depends(note_clinic)]
"""Every page has it, since the frame around the page tells times in the clinic's zone."""
