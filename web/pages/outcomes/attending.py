"""How often patients come to their sessions."""

from collections.abc import Sequence

from domain.programmes.definition import Definition
from projections.outcomes.reading import AttendanceRate
from web.pages.outcomes.figures import SHARED, Figure, Row, shared, told
from web.pages.wording import in_words, sentence


def attendance(programme: Definition, rates: Sequence[AttendanceRate]) -> Figure:
    """By phase and kind of session, the share of sessions that were attended."""
    order = [phase.id for phase in programme.phases]
    known = sorted(
        (one for one in rates if one.phase in order), key=lambda one: order.index(one.phase)
    )
    n = sum(one.sessions.n for one in known)
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


def _row(programme: Definition, rate: AttendanceRate) -> Row:
    phase = programme.phase(rate.phase)
    plan = phase.session(rate.kind) if phase else None
    title = phase.title if phase else in_words(rate.phase)
    session = plan.title if plan else sentence(in_words(rate.kind))
    share = rate.sessions
    return Row(
        title=title,
        cells=(
            session,
            *told(share),
        ),
        values=(title, session, rate.pathways, *shared(share), rate.late, rate.excused),
        n=rate.pathways,
        share=share,
        after=(str(rate.late), str(rate.excused), str(rate.pathways)),
    )
