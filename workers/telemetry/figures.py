"""Figures of the log and its views, read each time that somebody looks at the metrics."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from math import nan
from pathlib import Path
from typing import get_args

from prometheus_client import CollectorRegistry, Gauge

from eventstore.connect import Pool
from eventstore.errors import EventStoreError
from eventstore.sql import queries_in
from eventstore.store import EventStore, Watermark
from projections.caseload.view import CASELOAD
from projections.errors import ProjectionError
from projections.states import State, ViewState, view_states
from projections.tables import looking_into

query = queries_in(Path(__file__).parent / "queries")

READ_WITHIN = timedelta(seconds=3)


class LogFigures:
    """Gauges of the log. While it does not answer they are NaN, and `carepath_log_reachable` 0."""

    def __init__(self, registry: CollectorRegistry, pool: Pool, store: EventStore) -> None:
        self._pool = pool
        self._store = store
        self._reachable = Gauge(
            "carepath_log_reachable", "1 if the log answers.", registry=registry
        )
        self._age = Gauge(
            "carepath_watermark_age_seconds",
            "How long the oldest event waits that readers may not see yet.",
            registry=registry,
        )
        self._settled = Gauge(
            "carepath_settled_seq", "How far readers may read.", registry=registry
        )
        self._last = Gauge(
            "carepath_last_seq", "The last number given to an event.", registry=registry
        )
        self._lag = Gauge(
            "carepath_view_lag", "Numbers behind the head of the log.", ("view",), registry=registry
        )
        self._state = Gauge(
            "carepath_view_state",
            "1 for the state that a view is in.",
            ("view", "state"),
            registry=registry,
        )
        self._overdue = Gauge(
            "carepath_pathways_overdue",
            "Pathways whose next task or measure was due before now, as the caseload says.",
            registry=registry,
        )

    async def read(self) -> None:
        """Set every gauge to what the log says now."""
        try:
            async with asyncio.timeout(READ_WITHIN.total_seconds()):
                self._note_log(await self._store.watermark())
                self._note_views(await view_states(self._pool))
                self._overdue.set(await self._count_overdue())
        except (EventStoreError, TimeoutError):
            self._forget()
        else:
            self._reachable.set(1)

    def _note_log(self, watermark: Watermark) -> None:
        self._age.set(watermark.age.total_seconds())
        self._settled.set(watermark.settled_seq)
        self._last.set(watermark.last_seq)

    def _note_views(self, views: Sequence[ViewState]) -> None:
        for view in views:
            self._lag.labels(view.name).set(view.lag)
            for state in get_args(State):
                self._state.labels(view.name, state).set(state == view.state)

    async def _count_overdue(self) -> float:
        try:
            async with looking_into(self._pool, CASELOAD.schema) as connection:
                return float(await connection.fetchval(query("overdue")))
        except ProjectionError:
            return nan

    def _forget(self) -> None:
        for gauge in (self._age, self._settled, self._last, self._overdue):
            gauge.set(nan)
        self._lag.clear()
        self._state.clear()
        self._reachable.set(0)
