"""pyeventsourcing's projection runner, with a view like the caseload. Needs that package.

The view has fewer columns than the caseload. It folds the same states by the same rules, and
writes each event's row in one transaction with its tracking, as the package's manual does it.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Event as Signal
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_OID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic

from domain.events import registry
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from eventstore import stored
from eventstore.sql import queries_in
from projections.caseload.case import Case, case_of, remembered
from projections.folded.entity import Folding

query = queries_in(Path(__file__).parent / "queries" / "rebuild")

WITHIN_S = 3600.0


class PathwayHappened(DomainEvent):
    """An event of a pathway, as the log stores it."""


class OtherHappened(DomainEvent):
    """An event of another entity: the view does not subscribe to these."""


class Clinic(Application):
    """The application that the events are recorded in."""


class CaseloadTable(PostgresTrackingRecorder):
    """The view: one row a pathway, written with the tracking of each event."""

    def take_in(self, happened: Any, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(query("load"), (happened.stream_id,), prepare=True)
            found = cursor.fetchone()
            before = Pathway.model_validate_json(found["state"]) if found else Pathway()
            row = _row(happened, before)
            cursor.execute(query("save"), row, prepare=True)
            self._insert_tracking(cursor, tracking)


class Following(Projection):
    """Gives the view each event of a pathway, and says when the last one is in."""

    name = "caseload_of_runner"
    topics = (get_topic(PathwayHappened),)
    last = 0
    finished = Signal()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.take_in(domain_event, tracking)
        if tracking.notification_id == self.last:
            self.finished.set()


class Runner:
    """The application with a log's events in it, and its runner."""

    def __init__(self, dsn: str) -> None:
        server = urlsplit(dsn)
        self._env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": server.path.lstrip("/"),
            "POSTGRES_HOST": server.hostname or "",
            "POSTGRES_PORT": str(server.port or 0),
            "POSTGRES_USER": server.username or "",
            "POSTGRES_PASSWORD": server.password or "",
        }

    def write(self, rows: Sequence[stored.StoredEvent]) -> None:
        """Record every event."""
        application = Clinic(env=self._env)
        ids = application.recorder.insert_events([_recorded(application, row) for row in rows])
        of_pathways = (id_ for id_, row in zip(ids, rows, strict=True) if _of_pathway(row))
        Following.last = max(of_pathways)
        application.close()

    def run(self) -> None:
        """Build the view from nothing."""
        application = Clinic(env=self._env)
        with application.recorder.datastore.transaction(commit=True) as cursor:
            cursor.execute(query("drop_view"))
            cursor.execute(query("make_view"))
        application.close()
        Following.finished.clear()
        with ProjectionRunner(
            application_class=Clinic,
            projection_class=Following,
            view_class=CaseloadTable,
            env=self._env,
        ) as runner:
            if not Following.finished.wait(WITHIN_S):
                runner.run_forever(0)


def _of_pathway(row: stored.StoredEvent) -> bool:
    return row.stream_id.startswith("pathway-")


def _recorded(application: Any, row: stored.StoredEvent) -> StoredEvent:
    happened = PathwayHappened if _of_pathway(row) else OtherHappened
    state = {
        "stream_id": row.stream_id,
        "type": row.type,
        "schema_version": row.schema_version,
        "at": row.effective_at,
        "data": json.loads(row.data),
    }
    return StoredEvent(
        originator_id=uuid5(NAMESPACE_OID, row.stream_id),
        originator_version=row.version,
        topic=get_topic(happened),
        state=application.mapper.transcoder.encode(state),
    )


def _row(happened: Any, before: Pathway) -> tuple[Any, ...]:
    event = registry.read(happened.type, happened.schema_version, happened.data, happened.at)
    pathway = remembered(evolve(before, event))  # type: ignore[arg-type] # its own kind
    case: Case = case_of(
        happened.stream_id, Folding(pathway, happened.originator_version, happened.at)
    )
    return (
        case.pathway_id,
        case.phase,
        case.status,
        case.patient_name,
        case.next_due_at,
        case.open_tasks,
        case.missed_in_a_row,
        pathway.model_dump_json(exclude_defaults=True),
    )
