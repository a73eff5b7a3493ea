"""How the safety board follows the log: it folds the escalations, and knows patients' names."""

from pathlib import Path

from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.patients.patient import NAMES, PATIENTS
from projections.safety.flagged import Flagged, flagged
from projections.safety.watched import Watched, evolve
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

ESCALATIONS = Entity(kind="escalation", state=Watched(), evolve=evolve, rows=flagged)

SAFETY = folded_view(
    name="safety",
    folder=FOLDER,
    entities=(ESCALATIONS, NAMES),
    tables=(Table("flagged", Flagged, key=("escalation_id",), folder=FOLDER), PATIENTS),
)
