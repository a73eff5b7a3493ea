"""How the worklist follows the log: it folds every kind of entity that asks people to act."""

from pathlib import Path

from projections.folded.entity import Table
from projections.folded.view import folded_view
from projections.sql import queries_in
from projections.worklist.item import Item, Subject
from projections.worklist.of_others import OTHERS
from projections.worklist.of_pathway import PATHWAYS

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

WORKLIST = folded_view(
    name="worklist",
    folder=FOLDER,
    entities=(PATHWAYS, *OTHERS),
    tables=(
        Table("items", Item, key=("entity_id", "item"), folder=FOLDER),
        Table("subjects", Subject, key=("pathway_id",), folder=FOLDER),
    ),
)
