"""How the sessions follow the log: each one that was recorded adds its row, until struck out."""

from pathlib import Path

from domain.events.corrections import SessionStruckOut
from domain.events.pathway import SessionRecorded
from projections.appended.view import appended_view
from projections.folded.entity import Table
from projections.sessions.session import Session, session_of, struck_out
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

SESSIONS = appended_view(
    name="sessions",
    table=Table("sessions", Session, key=("pathway_id", "version"), folder=FOLDER),
    told=session_of,
    heeds=(SessionRecorded, SessionStruckOut),
    taken_back=struck_out,
)
