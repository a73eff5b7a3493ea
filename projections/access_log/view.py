"""How the access log follows the log: each read adds its row, and no row goes.

Who read a record is known also after the patient is erased; why somebody broke the glass is not.
"""

from pathlib import Path

from domain.events.exports import Disclosed, Exported
from domain.events.pathway import Erased
from domain.events.reads import (
    CalendarLinkFollowed,
    CalendarLinkMade,
    CalendarLinkRevoked,
    GlassBroken,
    ListRead,
    PatientRead,
    PayloadsDecoded,
    RequestRefused,
)
from domain.events.receivers import SubscriptionChanged
from projections.access_log.access import Access, accesses
from projections.appended.view import appended_view
from projections.folded.entity import Table
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

ACCESS_LOG = appended_view(
    name="access_log",
    table=Table("access_log", Access, key=("seq",), folder=FOLDER),
    told=accesses,
    heeds=(
        PatientRead,
        GlassBroken,
        ListRead,
        PayloadsDecoded,
        RequestRefused,
        Exported,
        Disclosed,
        CalendarLinkMade,
        CalendarLinkFollowed,
        CalendarLinkRevoked,
        SubscriptionChanged,
        Erased,
    ),
)
