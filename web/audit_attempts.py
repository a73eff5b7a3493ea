"""Refused attempts: who asked for what, and the codes of why not, in the access log."""

from contextlib import suppress

from domain.commands.submission import Submission
from domain.decider import Rejected
from web.pages.streams import Streams
from web.rights.access_log import ReadsNotRecorded
from web.rights.care import patient_of
from web.rights.reads import OfAttempt
from web.services import Services


async def note_refused(
    services: Services, entity_id: str, submission: Submission, refusal: Rejected
) -> None:
    """Record a refusal, in a moment. Whoever asked is told of it even if nothing is recorded."""
    attempt = OfAttempt(
        entity_id=entity_id,
        pathway_id=await patient_of(Streams(services.store, services.now), entity_id),
        command=submission.command,
        reasons=tuple(dict.fromkeys(reason.code for reason in refusal.reasons)),
    )
    with suppress(ReadsNotRecorded):
        services.access_log.note_refusal(submission.actor, attempt)
