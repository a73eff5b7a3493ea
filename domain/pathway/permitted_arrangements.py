"""What may be arranged around treatment now: every transition, open or with all that blocks it."""

from collections.abc import Iterator

from domain.decider import Context, Transition, transition
from domain.pathway import benefits, guards, levels, reviews, seats, sharing, waiting
from domain.pathway.state import Pathway


def arrangements(pathway: Pathway, context: Context) -> list[Transition]:
    """What an open pathway may have arranged."""
    return [
        *_access(pathway),
        *_waitlist(pathway),
        *_seats(pathway, context),
        *_levels(pathway, context),
        *_care(pathway),
    ]


def at_any_time(pathway: Pathway) -> list[Transition]:
    """What a patient may ask for, or refuse, once the pathway has closed too."""
    out, back = sharing.not_opted_out(pathway), sharing.opted_out(pathway)
    named = sharing.pcp_named(pathway)
    return [
        transition("name_pcp", "Name the primary care provider"),
        transition("set_contact_preferences", "Say how the patient wants to be reached"),
        transition("opt_out_of_sharing", "Opt out of sharing records", out),
        transition("opt_in_to_sharing", "Opt in to sharing records again", back),
        transition("share_record", "Share a record with the primary care provider", named),
    ]


def _access(pathway: Pathway) -> Iterator[Transition]:
    leaving = guards.not_discharged(pathway)
    payer = "the payer" if benefits.payer_of(pathway) else "a payer whom you name"
    yield transition("confirm_identity", "Confirm who the patient is, by two identifiers")
    yield transition("verify_benefits", "Record that the benefits were verified", leaving)
    yield transition("request_benefits_check", f"Ask {payer} about benefits", leaving)


def _waitlist(pathway: Pathway) -> Iterator[Transition]:
    waits = waiting.waiting(pathway)
    yield transition("join_waitlist", "Join the waitlist", *waiting.join_guards(pathway))
    yield transition("review_priority", "Review the priority on the waitlist", waits)
    yield transition("leave_waitlist", "Leave the waitlist", waits)


def _seats(pathway: Pathway, context: Context) -> Iterator[Transition]:
    offering = seats.offer_guards(pathway, context)
    yield transition("offer_seat", "Offer a seat", *offering, seats.no_seat(pathway))
    yield transition(
        "transfer_to_group", "Transfer to another group", *offering, seats.seated(pathway)
    )
    yield transition("leave_group", "Leave the group", seats.seated(pathway))
    offer = pathway.seat_offer
    if offer is None:
        return
    stands = seats.offer_open(pathway, offer.number)
    accepting = (guards.not_paused(pathway), seats.offer_in_time(pathway, offer.number, context))
    number = offer.number
    yield transition("accept_seat", "Accept the seat", stands, *accepting, offer=number)
    yield transition("decline_seat", "Decline the seat", stands, offer=number)


def _levels(pathway: Pathway, context: Context) -> Iterator[Transition]:
    for level in context.definition.care_levels.levels:
        yield transition(
            "transfer_level",
            f"Transfer: {level.title}",
            *levels.level_guards(pathway, level.id, context),
            level=level.id,
        )
    yield transition(
        "return_from_level", "Return from another level of care", levels.transferred(pathway)
    )


def _care(pathway: Pathway) -> Iterator[Transition]:
    reviewing = reviews.review_guards(pathway)
    leaving = guards.not_discharged(pathway)
    yield transition("assign_therapist", "Assign a therapist", leaving)
    yield transition("record_move", "Record a move to another state", leaving)
    yield transition("record_progress_review", "Record a progress review", *reviewing)
    yield transition("plan_discharge", "Plan the discharge", *reviewing)
