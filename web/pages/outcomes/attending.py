"""How often patients come to their sessions."""

from collections.abc import Sequence

from domain.programmes.definition import Definition
from projections.outcomes.statistics import share_of
from projections.sessions.reading import AttendedInPhase
from web.pages.outcomes.figures import SHARED, Figure, Row, shared, told
from web.pages.wording import in_words, sentence


def attendance(programme: Definition, attended: Sequence[AttendedInPhase]) -> Figure:
    """By phase and kind of session, the share of sessions that were attended."""
    order = [phase.id for phase in programme.phases]
    known = sorted(
        (one for one in attended if one.phase in order), key=lambda one: order.index(one.phase)
    )
    n = sum(one.present + one.missed for one in known)
    return Figure(
        id="attendance",
        title="Attendance",
        says="Of the sessions that were neither cancelled nor excused, the share attended. One "
        "patient has many sessions, so that the intervals are rather too narrow.",
        of="sessions",
        n=n,
        heads=("Phase", "Session", "Attended", "Share, 95 % interval"),
        columns=("phase", "session", "patients", *SHARED, "late", "excused"),
        rows=tuple(_row(programme, one) for one in known),
        drawn="Share attended",
        after=("Late", "Excused", "Patients"),
    )


def _row(programme: Definition, one: AttendedInPhase) -> Row:
    phase = programme.phase(one.phase)
    plan = phase.session(one.kind) if phase else None
    title = phase.title if phase else in_words(one.phase)
    session = plan.title if plan else sentence(in_words(one.kind))
    share = share_of(one.present, one.present + one.missed)
    return Row(
        title=title,
        cells=(
            session,
            *told(share),
        ),
        values=(title, session, one.pathways, *shared(share), one.late, one.excused),
        n=one.pathways,
        share=share,
        after=(str(one.late), str(one.excused), str(one.pathways)),
    )
