"""The rows of disclosures: of a pathway's own, and of requests about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from projections.disclosures.given import Disclosing, Outcome, Purpose, Recipient
from projections.folded.entity import Folding


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """One disclosure, asked for by `source`: the pathway, a request, or exports of it.

    `to` is the recipient's name, absent for the patient. `reasons` are codes: why it was not
    given, or how it was. What was not yet settled has no `settled_at`.
    """

    source: str
    number: int
    pathway_id: str
    asked_at: datetime
    settled_at: datetime | None
    recipient: Recipient
    to: str | None
    what: str
    purpose: Purpose
    outcome: Outcome
    reasons: tuple[str, ...]


def rows_of(source: str, folding: Folding[Disclosing]) -> Iterator[DisclosureRow]:
    """Every disclosure of a pathway or of a request."""
    known = folding.state
    for number, one in enumerate(known.disclosures, 1):
        yield DisclosureRow(
            source,
            number,
            pathway_id=known.pathway_id or f"pathway-{source.partition('-')[2]}",
            asked_at=one.asked_at,
            settled_at=one.settled_at,
            recipient=one.recipient,
            to=one.to,
            what=one.what,
            purpose=one.purpose,
            outcome=one.outcome,
            reasons=one.reasons,
        )
