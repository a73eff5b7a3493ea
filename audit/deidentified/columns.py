"""What an analyst gets: every table and column, where it comes from and what was done to it."""

from dataclasses import dataclass
from typing import Any, Literal

from projections.caseload.view import CASELOAD
from projections.funnel.view import FUNNEL
from projections.measures.view import MEASURES
from projections.outcomes.view import OUTCOMES
from projections.safety.view import SAFETY
from projections.sessions.view import SESSIONS
from projections.view import View

Type = Literal["text", "day", "whole", "number", "flag"]

Treatment = Literal["pseudonym", "generalised", "shifted", "coded", "kept"]

TREATMENTS: dict[Treatment, str] = {
    "pseudonym": "replaced by a keyed pseudonym of this export",
    "generalised": "made coarser, or left out, until `k` patients share it",
    "shifted": "the UTC day, moved back by a number of days of the patient's own",
    "coded": "left out where fewer than `k` patients have the value",
    "kept": "as it is",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `source` is of the view where it is called otherwise, or made of several."""

    name: str
    type: Type
    treatment: Treatment
    says: str
    unit: str = "-"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One file, made of the rows of one view by the query of the same name."""

    name: str
    view: View[Any, Any]
    says: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.parquet"

    def source_of(self, column: Column) -> str:
        """Where a column comes from: `view.column`."""
        return f"{self.view.name}.{column.source or column.name}"


def _of_patient() -> Column:
    return Column("patient", "text", "pseudonym", "whose row it is", source="pathway_id")


def _day(name: str, says: str, source: str) -> Column:
    return Column(name, "day", "shifted", says, "day", source)


def _code(name: str, says: str, source: str = "") -> Column:
    return Column(name, "text", "coded", says, source=source)


def _count(name: str, says: str, source: str = "", unit: str = "count") -> Column:
    return Column(name, "whole", "kept", says, unit, source)


CASE = Table(
    "case",
    CASELOAD,
    "one row a patient",
    (
        _of_patient(),
        Column("programme", "text", "generalised", "the programme, without its version"),
        Column(
            "age_band",
            "text",
            "generalised",
            "age at the export, in decades; 90 and over together",
            "years",
            "birth_date",
        ),
        Column("state", "text", "generalised", "the US state of residence, no smaller place"),
        _code("phase", "the present phase"),
        _code("status", "open, closed, and so on"),
        _code("urgency", "of the referral"),
        _code("discharged_for", "the reason of the discharge"),
        _day("referred_on", "referral", "referred_at"),
        _day("phase_since", "begin of the present phase", "phase_entered_at"),
        _day("planned_end", "planned end of treatment", "planned_end"),
        _count("open_tasks", "tasks that are open"),
        _count("missed_in_a_row", "sessions missed since the last one attended"),
    ),
)

MEASURED = Table(
    "measures",
    MEASURES,
    "one row a measure of an occasion",
    (
        _of_patient(),
        _code("measure", "the instrument"),
        _code("occasion", "what it was asked for"),
        _code("standing", "planned, due, overdue, answered, expired or given up"),
        _code("phase", "the phase in which it was taken"),
        _day("due_on", "when it was due", "due_at"),
        _day("taken_on", "when it was answered", "taken_at"),
        Column("score", "number", "kept", "the total", "points of the instrument"),
        _code("band", "the band of the score"),
        Column("baseline", "number", "kept", "the first total", "points of the instrument"),
        Column("change", "number", "kept", "since the baseline", "points of the instrument"),
        _code("change_class", "reliable improvement, deterioration, or neither"),
        Column("below_cut_off", "flag", "kept", "whether the score is below the clinical cut-off"),
        Column("responded", "flag", "kept", "whether the change is a response"),
    ),
)

OUTCOME = Table(
    "outcomes",
    OUTCOMES,
    "one row a patient: how treatment went",
    (
        _of_patient(),
        _day("referred_on", "referral", "referred_at"),
        _day("started_on", "begin of treatment", "started_at"),
        _day("planned_end", "planned end of treatment", "planned_end"),
        _day("ended_on", "end of treatment", "ended_at"),
        _code("ended_for", "the reason of the discharge"),
    ),
)

STAYS = Table(
    "funnel",
    FUNNEL,
    "one row a stay in a phase",
    (
        _of_patient(),
        _count("number", "which stay of the patient's it is, from 1", unit="ordinal"),
        _code("phase", "the phase"),
        _day("entered_on", "begin of the stay", "entered_at"),
        _day("left_on", "end of the stay", "left_at"),
        _code("next_phase", "the phase that followed"),
        _code("outcome", "moved on, closed, or the reason of the discharge"),
    ),
)

ATTENDED = Table(
    "attendance",
    SESSIONS,
    "one row a session of a patient",
    (
        _of_patient(),
        _day("held_on", "when it was", "held_at"),
        _code("kind", "group, individual, and so on"),
        _code("phase", "the phase that it belongs to"),
        _code("attendance", "attended, late, missed, and so on"),
        _count("late_min", "how late the patient came", unit="minutes"),
        _count("length_min", "how long it was", unit="minutes"),
        _code("modality", "virtual or in person"),
    ),
)

ESCALATED = Table(
    "escalations",
    SAFETY,
    "one row a safety escalation, without any text",
    (
        _of_patient(),
        _code("level", "the level of risk"),
        _code("status", "open or resolved"),
        _code("source", "what opened it"),
        _count("flags", "how often a risk was flagged"),
        _day("opened_on", "when it was opened", "opened_at"),
        _count(
            "acknowledged_after",
            "until somebody acknowledged it",
            "acknowledged_at, opened_at",
            "minutes",
        ),
        _count(
            "contacted_after", "until the patient was met", "contacted_at, opened_at", "minutes"
        ),
        _count("resolved_after", "until it was resolved", "resolved_at, opened_at", "minutes"),
        _count("attempts", "attempts to reach the patient"),
        _count("clocks_missed", "clocks that ran out", "overdue"),
    ),
)

TABLES: tuple[Table, ...] = (CASE, MEASURED, OUTCOME, STAYS, ATTENDED, ESCALATED)


def described(table: Table) -> list[dict[str, str]]:
    """Each column of a table in words, as `columns.json` and the documentation have it."""
    return [
        {
            "column": column.name,
            "type": column.type,
            "unit": column.unit,
            "says": column.says,
            "source": table.source_of(column),
            "treatment": column.treatment,
        }
        for column in table.columns
    ]
