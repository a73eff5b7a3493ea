"""How the clinicians' view follows the log: it folds clinicians and on-call lists."""

from pathlib import Path

from domain.clinician.evolve import evolve as clinician_after
from domain.clinician.state import Clinician
from domain.on_call.evolve import evolve as list_after
from domain.on_call.state import OnCall
from projections.clinicians.rows import (
    ClinicianRow,
    PlaceRow,
    QualificationRow,
    StandInRow,
    rows_of_clinician,
    rows_of_list,
)
from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

PEOPLE = Entity(
    kind="clinician",
    state=Clinician(),
    evolve=clinician_after,
    rows=lambda clinician_id, folding: tuple(rows_of_clinician(clinician_id, folding)),
)

LISTS = Entity(
    kind="oncall",
    state=OnCall(),
    evolve=list_after,
    rows=lambda on_call_id, folding: tuple(rows_of_list(on_call_id, folding)),
)

CLINICIANS = folded_view(
    name="clinicians",
    folder=FOLDER,
    entities=(PEOPLE, LISTS),
    tables=(
        Table("clinicians", ClinicianRow, key=("clinician_id",), folder=FOLDER),
        Table("qualifications", QualificationRow, key=("clinician_id", "period"), folder=FOLDER),
        Table("places", PlaceRow, key=("on_call_id", "place"), folder=FOLDER),
        Table("stand_ins", StandInRow, key=("on_call_id", "stand_in"), folder=FOLDER),
    ),
)
