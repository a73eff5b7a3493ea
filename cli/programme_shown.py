"""A programme definition as people read it."""

from cli import output
from cli.tables import show_facts, show_table
from domain.programmes.definition import Definition, Phase, SessionPlan


def show_definition(definition: Definition) -> None:
    """Print its phases, lengths and measures, and what still waits for a signature."""
    schedule = definition.measure_schedule
    show_facts(
        {
            "programme": definition.label,
            "title": definition.title,
            "source": definition.source,
            "lasts": ", ".join(f"{one.id} ({one.duration})" for one in definition.variants),
            "serves": ", ".join(dict.fromkeys(one.state for one in definition.served_states)),
            "baseline": ", ".join(schedule.baseline),
            "progress": ", ".join(schedule.progress),
            "follow-up": ", ".join(f"{months} months" for months in schedule.follow_up_months),
        }
    )
    columns = ("phase", "purpose", "leads to", "sessions")
    show_table("Phases", columns, (_row(phase) for phase in definition.phases))
    signed = [one for one in definition.sign_offs if one.signed_by]
    if signed:
        rows = [
            (place, one.by, one.signed_by, one.signed_on) for one in signed for place in one.values
        ]
        show_table("Signed", ("value", "by", "name", "on"), rows)
    unsigned = definition.unsigned()
    if unsigned:
        rows_awaited = [(one.place, one.by) for one in unsigned]
        show_table("Waiting for a signature", ("value", "of"), rows_awaited)
    else:
        output.answer("every value is signed off")


def _row(phase: Phase) -> tuple[str, str, str, str]:
    sessions = "; ".join(_session(plan) for plan in phase.sessions)
    return phase.id, phase.purpose, ", ".join(phase.leads_to), sessions


def _session(plan: SessionPlan) -> str:
    minutes = int(plan.length.total_seconds() // 60)
    often = f", {plan.per_week} a week" if plan.per_week else ""
    return f"{plan.kind} ({minutes} min{often})"
