"""What time itself will cause on a pathway, and when."""

from collections.abc import Iterator

from domain.decider import Deadline
from domain.pathway.state import Pathway


def deadlines(pathway: Pathway) -> list[Deadline]:
    """Every instant that the clock must come back to, the earliest first.

    A pause stops the rounds of measures and reviews and the watch for silence, not the rest.
    """
    found = [*_reminders(pathway), *_expiries(pathway), *_ends(pathway), *_access(pathway)]
    if pathway.status not in ("paused", "transferred"):
        found += [*_measures(pathway), *_rounds(pathway)]
    return sorted(found, key=lambda deadline: (deadline.at, deadline.kind, deadline.subject))


def _reminders(pathway: Pathway) -> Iterator[Deadline]:
    for booking in pathway.bookings:
        for at in booking.remind_at:
            yield Deadline(kind="session_reminder", subject=f"booking-{booking.number}", at=at)


def _expiries(pathway: Pathway) -> Iterator[Deadline]:
    for planned in pathway.open_measures:
        if planned.expires_at:
            yield Deadline(kind="measures_expiry", subject=planned.occasion, at=planned.expires_at)


def _ends(pathway: Pathway) -> Iterator[Deadline]:
    if pathway.plan_discharge_at:
        yield Deadline(kind="plan_discharge", subject="treatment", at=pathway.plan_discharge_at)
    if pathway.ends_at:
        yield Deadline(kind="end_treatment", subject="treatment", at=pathway.ends_at)
    if pathway.resume_at and pathway.status == "transferred":
        yield Deadline(kind="return_from_level", subject="transfer", at=pathway.resume_at)
    elif pathway.resume_at:
        yield Deadline(kind="resume_pathway", subject="pause", at=pathway.resume_at)


def _access(pathway: Pathway) -> Iterator[Deadline]:
    """Benefits, the waitlist and an offered seat: a pause does not stop them."""
    offer = pathway.seat_offer
    if offer and offer.expires_at:
        subject = f"offer-{offer.number}"
        yield Deadline(kind="seat_offer_expiry", subject=subject, at=offer.expires_at)
    if pathway.priority_review_at:
        yield Deadline(kind="waitlist_review", subject="waitlist", at=pathway.priority_review_at)
    if pathway.benefits_reverify_at:
        yield Deadline(kind="verify_benefits", subject="benefits", at=pathway.benefits_reverify_at)
    if pathway.benefits_lapse_at:
        yield Deadline(kind="benefits_lapse", subject="benefits", at=pathway.benefits_lapse_at)


def _measures(pathway: Pathway) -> Iterator[Deadline]:
    for planned in pathway.planned_measures:
        yield Deadline(kind="measures_due", subject=planned.occasion, at=planned.due_at)
    for asked in pathway.open_measures:
        if asked.remind_at:
            yield Deadline(kind="measures_reminder", subject=asked.occasion, at=asked.remind_at)
        if asked.overdue_at:
            yield Deadline(kind="measures_overdue", subject=asked.occasion, at=asked.overdue_at)


def _rounds(pathway: Pathway) -> Iterator[Deadline]:
    if pathway.review_at:
        subject = f"review-{pathway.reviews + 1}"
        yield Deadline(kind="progress_review", subject=subject, at=pathway.review_at)
    if pathway.quiet_after:
        yield Deadline(kind="disengagement_review", subject="silence", at=pathway.quiet_after)
