"""The guards on putting right what was recorded wrongly."""

from domain.decider import Reason
from domain.pathway.rows import Score, Session
from domain.pathway.state import Pathway


def session_of(pathway: Pathway, entry: int) -> Session | None:
    """The session that this event recorded, as far as it still counts."""
    return next((one for one in pathway.sessions if one.entry == entry), None)


def score_of(pathway: Pathway, entry: int) -> Score | None:
    """The score that this event recorded, as far as it still counts."""
    return next((one for one in pathway.scores if one.entry == entry), None)


def entry_stands(pathway: Pathway, entry: int) -> Reason | None:
    """Whoever corrects has read what stands now, and not what somebody has corrected meanwhile."""
    if entry not in pathway.struck_out:
        return None
    return Reason(
        code="corrected_already",
        message="This entry was corrected already: correct the one that stands in its place.",
    )


def is_session(pathway: Pathway, entry: int) -> Reason | None:
    if entry in pathway.struck_out or session_of(pathway, entry):
        return None
    return Reason(code="no_session", message="This entry is no session: name the one that is.")


def is_score(pathway: Pathway, entry: int) -> Reason | None:
    if entry in pathway.struck_out or score_of(pathway, entry):
        return None
    return Reason(code="no_score", message="This entry is no score: name the one that is.")


def is_session_or_score(pathway: Pathway, entry: int) -> Reason | None:
    if is_session(pathway, entry) is None or is_score(pathway, entry) is None:
        return None
    return Reason(
        code="nothing_to_strike_out",
        message="Only a session or a score can be struck out: name the entry that is one.",
    )


def is_identity(pathway: Pathway, entry: int) -> Reason | None:
    if entry in (pathway.identity_entry, *pathway.struck_out):
        return None
    return Reason(
        code="no_identity",
        message="This entry does not say who the patient is: name the referral, or the latest "
        "correction of it.",
    )


def not_of_group(pathway: Pathway, entry: int) -> Reason | None:
    session = session_of(pathway, entry)
    if session is None or session.group_id is None:
        return None
    return Reason(
        code="session_of_group",
        message="The patient's group held this session: correct the attendance alone.",
    )


def of_group(pathway: Pathway, entry: int) -> Reason | None:
    session = session_of(pathway, entry)
    if session is None or session.group_id is not None:
        return None
    return Reason(
        code="session_of_no_group",
        message="This was a session of the patient's own: correct it as such.",
    )


def any_session(pathway: Pathway, *, of_group: bool) -> Reason | None:
    """Whether there is one that the patient had alone, or with a group."""
    if any((one.group_id is not None) == of_group for one in pathway.sessions):
        return None
    whose = "group session" if of_group else "session of the patient's own"
    return Reason(code="no_session_recorded", message=f"No {whose} was recorded here.")


def any_score(pathway: Pathway) -> Reason | None:
    if pathway.scores:
        return None
    return Reason(code="no_score_recorded", message="No measure was recorded yet.")


def any_entry(pathway: Pathway) -> Reason | None:
    if pathway.sessions or pathway.scores:
        return None
    return Reason(code="nothing_to_strike_out", message="No session and no score was recorded yet.")
