"""How the funnel follows the log: it folds the pathways."""

from pathlib import Path

from domain.events.pathway import Closed, Discharged, PhaseEntered, Referred
from domain.events.seats import SeatFilled, WaitlistJoined, WaitlistLeft
from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.funnel.journey import Journey, StayRow, WaitRow, journey, remembered, rows_of
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

PATHWAYS = Entity(
    kind="pathway",
    state=Journey(),
    evolve=journey,
    remembered=remembered,
    rows=lambda pathway_id, folding: tuple(rows_of(pathway_id, folding)),
    heeds=(
        Referred,
        PhaseEntered,
        WaitlistJoined,
        WaitlistLeft,
        SeatFilled,
        Discharged,
        Closed,
    ),
)

FUNNEL = folded_view(
    name="funnel",
    folder=FOLDER,
    entities=(PATHWAYS,),
    tables=(
        Table("stays", StayRow, key=("pathway_id", "number"), folder=FOLDER),
        Table("waits", WaitRow, key=("pathway_id", "number"), folder=FOLDER),
    ),
)
