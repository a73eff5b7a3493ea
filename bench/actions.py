"""Temporal actions of one pathway's eighteen months, counted from its histories.

`python -m bench.actions` plays a patient who attends everything, in a group of their own, on the
server that skips time, and writes `bench/results/actions.json`. An action is what Temporal Cloud
bills (https://docs.temporal.io/evaluate/cloud/actions): a run begun, an Update, a signal in the
history of whoever gets it, a timer, each attempt at an activity, search attributes changed, and all
local activities of one workflow task together. Signals that the pathway sends are billed where they
arrive, and reminders of its group's sessions (a timer and a task) to the group, for all members
together: both are counted beside the sum. Then the pathway is reconciled, which has to replay its
run where no worker has it in its cache: processor time of client and worker, in milliseconds.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import process_time
from uuid import UUID

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from audit.living import read_all
from bench.clinic import publish, shipped_programme
from bench.kept import keep_figures
from bench.log import log_on
from domain.programmes.definition import Definition
from domain.simulation import Clinic
from eventstore.store import EventStore
from tests.long.playing import Played, obliging_outside
from tests.long.script import Written
from tests.workflows.clinic import register_search_attributes
from workers.demo.course import Course
from workers.demo.groups import Groups
from workers.demo.staff import Staff
from workers.demo.temper import Temper
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.keys import ensure_keys
from workers.logs import configure_logs
from workers.temporal import SANDBOX, converter, create_worker
from workflows.client import WORKFLOWS, EntityClient

DAY = timedelta(days=1)
STEADY = Temper(
    attends=1.0, excuses=0.0, stays=1.0, distress=0.5, change=0.0, weekday=2, hour=10,
    long=True, meetings=2, learns_first=False, suits=True,
)  # fmt: skip
BILLED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "runs",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "updates",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signals taken",
    EventType.EVENT_TYPE_TIMER_STARTED: "timers",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activities",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "search attributes",
}
SENT = EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED


def main() -> None:
    """Count, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.actions", description=__doc__)
    parser.add_argument("--weeks", type=int, default=88, help="of which the first few are intake")
    parser.add_argument(
        "--measured-every", type=int, default=8, help="weeks from one round of measures to the next"
    )
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_count(chosen.weeks, _measuring_every(timedelta(weeks=chosen.measured_every))))


def _measuring_every(length: timedelta) -> Definition:
    """The shipped programme with rounds of measures so far apart."""
    shipped = shipped_programme()
    schedule = shipped.measure_schedule.model_copy(update={"progress_every": length})
    return shipped.model_copy(update={"measure_schedule": schedule})


async def _count(weeks: int, programme: Definition) -> None:
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as name:
        folder = Path(name)
        server = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
            data_converter=converter(ensure_keys(folder / "keys")),
        )
        async with (
            postgres_server() as dsn,
            log_on(dsn, "bench_actions") as pool,
            server as environment,
        ):
            await register_search_attributes(environment.client)
            store = EventStore(pool)
            await publish(store, programme)
            played = Played(environment, EntityClient(environment.client), store)
            async with create_worker(environment.client, store, obliging_outside()):
                pathway, figures = await _figures(played, weeks, programme)
                figures |= await _reconciling(played, pathway)
    print(json.dumps(figures, indent=2))
    keep_figures("actions", figures)


async def _figures(
    played: Played, weeks: int, programme: Definition
) -> tuple[str, dict[str, object]]:
    today = (await played.environment.get_current_time()).replace(hour=0, minute=0, second=0)
    life, pathway = _steady_life(today + DAY, weeks, programme)
    await played.play(life.script)
    runs = await _runs(played.environment.client, pathway)
    billed = sum((_billed(one) for one in runs), Counter[str]())
    kinds = life.kinds()[pathway]
    return pathway, {
        "weeks": weeks,
        "sessions": kinds["pathway.session_recorded"],
        "measures": kinds["pathway.measure_recorded"],
        "events": sum(kinds.values()),
        "history_events": sum(len(one) for one in runs),
        "history_bytes": sum(event.ByteSize() for run in runs for event in run),
        "actions": billed.total(),
        "of_which": dict(billed.most_common()),
        "reminders_by_groups": kinds["pathway.session_reminded"],
        "signals_sent": sum(one.event_type == SENT for run in runs for one in run),
        "events_by_type": dict(kinds.most_common(12)),
    }


async def _reconciling(played: Played, pathway: str) -> dict[str, object]:
    """What comparing the pathway costs: replaying its latest run, asking it, folding its stream."""
    client = played.environment.client
    history = await client.get_workflow_handle(pathway).fetch_history()
    replayer = Replayer(
        workflows=WORKFLOWS, data_converter=client.data_converter, workflow_runner=SANDBOX
    )
    return {
        "replayed_ms": await _processor_ms(replayer.replay_workflow(history)),
        "asked_ms": await _processor_ms(played.entities.snapshot(pathway)),
        "folded_ms": await _processor_ms(read_all(played.store, [pathway])),
    }


async def _processor_ms(doing: Awaitable[object]) -> float:
    before = process_time()
    await doing
    return round((process_time() - before) * 1000, 1)


def _steady_life(start: datetime, weeks: int, programme: Definition) -> tuple[Written, str]:
    """The script of one patient who attends everything, and their pathway."""
    random = Random(5)  # noqa: S311 - no secret: the same life each time
    clinic = Clinic(
        {programme.label: programme}, start, lambda: UUID(int=random.getrandbits(128), version=4)
    )
    agenda = Written(clinic, programme, random)
    staff = Staff(agenda)
    course = Course(agenda, staff, Groups(agenda, staff, ongoing=1))
    course._temper = STEADY  # noqa: SLF001 - drawn otherwise
    agenda.at(start + DAY, course.begin)
    agenda.live_until(start + timedelta(weeks=weeks))
    return agenda, course.pathway_id


async def _runs(client: Client, workflow_id: str) -> list[list[HistoryEvent]]:
    """The histories of all its runs, the latest first."""
    found, run_id = [], None
    while run_id != "":
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        events = list(history.events)
        found.append(events)
        run_id = events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return found


def _billed(events: Iterable[HistoryEvent]) -> Counter[str]:
    found: Counter[str] = Counter()
    tasks = set()
    for one in events:
        if one.event_type in BILLED:
            found[BILLED[one.event_type]] += 1
        if one.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            tasks.add(one.marker_recorded_event_attributes.workflow_task_completed_event_id)
        if one.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            found["further attempts"] += one.activity_task_started_event_attributes.attempt - 1
    found["tasks with local activities"] = len(tasks)
    return found


if __name__ == "__main__":
    main()
    leave(0)
