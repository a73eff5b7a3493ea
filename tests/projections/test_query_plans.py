"""Each list that a page asks for is read along an index, with 20,000 pathways there."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from eventstore.connect import Connection, Pool
from projections.caseload.view import CASELOAD
from projections.groups.view import GROUPS
from projections.safety.view import SAFETY
from projections.sessions.view import SESSIONS
from projections.sql import queries_in
from projections.tables import create_copy, ensure_catalogue, look_into
from projections.view import View
from projections.worklist.view import WORKLIST

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
EVER = datetime.max.replace(tzinfo=UTC)
DAY = timedelta(days=1)

FILLING: dict[View[Any, Any], str] = {
    CASELOAD: """
        INSERT INTO caseload
        SELECT 'pathway-' || n, 1, 'mbt-g@1', 'ongoing', now(), 'open', 'routine', 'FL', 'Cigna',
            'Example, Avery', '1990-01-01', now(), timestamptz '2026-01-01' + n * interval '1 hour',
            1, 0, NULL, NULL, now()
        FROM generate_series(1, 20000) AS n
    """,
    WORKLIST: """
        INSERT INTO subjects
        SELECT 'pathway-' || n, 'Example, Avery', 'mbt-g@1', 'ongoing', 'open', NULL
        FROM generate_series(1, 20000) AS n;
        INSERT INTO items
        SELECT 'pathway-' || n, 'task-1', 'task', 'kind-' || n % 30, 'pathway-' || n, 'mbt-g@1',
            'clinician-' || n % 200, 'clinician', now(),
            timestamptz '2026-01-01' + n * interval '1 hour', NULL, NULL, NULL, 'It is time.'
        FROM generate_series(1, 20000) AS n
    """,
    SAFETY: """
        INSERT INTO patients
        SELECT 'pathway-' || n, 'Example, Avery' FROM generate_series(1, 20000) AS n;
        INSERT INTO flagged
        SELECT 'escalation-' || n, 'pathway-' || n, 'mbt-g@1', 'high',
            CASE n % 20 WHEN 0 THEN 'open' ELSE 'resolved' END, 'c-ssrs', 1, at, at, at, NULL, NULL,
            NULL, at, NULL, NULL, NULL, at, at, at, 0, '{}', NULL, NULL, NULL
        FROM generate_series(1, 20000) AS n,
            LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 minute' AS at) AS times
    """,
    SESSIONS: """
        INSERT INTO sessions
        SELECT 'pathway-' || n % 20000, n, timestamptz '2026-01-01' + n * interval '1 minute',
            'group', 'ongoing', 'mbt-g@1', 'group-' || n % 500, n / 4000, '{}', 'attended', 0, 90,
            'virtual', 'FL', false
        FROM generate_series(1, 100000) AS n
    """,
    GROUPS: """
        INSERT INTO seated
        SELECT 'pathway-' || n, 'Example, Avery', NULL FROM generate_series(1, 20000) AS n;
        INSERT INTO groups
        SELECT 'group-' || n, 'Group', 'ongoing', 'mbt-g@1', 'virtual', '{FL}',
            'America/New_York', '{1}', '18:00', 90, CASE n % 5 WHEN 0 THEN 'open' ELSE 'closed' END,
            8, 8, 0, ARRAY['clinician-' || n % 200, 'clinician-' || (n + 1) % 200], 0, NULL, NULL
        FROM generate_series(1, 2500) AS n;
        INSERT INTO seats
        SELECT 'group-' || n % 2500, 'pathway-' || n, 'member', now(), NULL, now()
        FROM generate_series(1, 20000) AS n;
        INSERT INTO group_sessions
        SELECT 'group-' || n % 2500, n, timestamptz '2026-01-01' + n * interval '1 minute', 90,
            'planned', '{}', NULL, NULL, 0
        FROM generate_series(1, 100000) AS n
    """,
}

UNFILTERED = (EVER, None, None, None)
OF_FLAGS = (EVER, None, None, "flag")
ALL_CASES = (None, None, None, None)

LISTS: tuple[tuple[View[Any, Any], str, tuple[Any, ...], str], ...] = (
    (CASELOAD, "list", (*ALL_CASES, NOW, "pathway-1", 50, None, None, [], True), "caseload_by_due"),
    (CASELOAD, "find", ("pathway-1",), "caseload_pkey"),
    (WORKLIST, "list", (LONG_AGO, "", "", *UNFILTERED, 50), "items_by_due"),
    (WORKLIST, "list", (NOW, "pathway-1", "task-1", *UNFILTERED, 50), "items_by_due"),
    (WORKLIST, "list", (LONG_AGO, "", "", NOW, "mbt-g@1", "ongoing", None, 50), "items_by_due"),
    (WORKLIST, "list_of_source", (LONG_AGO, "", "", *OF_FLAGS, 50), "items_by_source"),
    (
        WORKLIST,
        "list_owned",
        (LONG_AGO, "", "", *UNFILTERED, 50, ["clinician-1", "clinician"]),
        "items_by_owner",
    ),
    (
        WORKLIST,
        "list_owned_of_source",
        (LONG_AGO, "", "", *OF_FLAGS, 50, ["clinician-1", "clinician"]),
        "items_by_source",
    ),
    (WORKLIST, "of_kind", ("kind-1", LONG_AGO, "", "", 50), "items_by_kind"),
    (WORKLIST, "of_subject", ("pathway-1",), "items_of_subject"),
    (SAFETY, "list_open", (LONG_AGO, "", 50), "flagged_by_due"),
    (SAFETY, "list_resolved", (EVER, "", 50), "flagged_by_end"),
    (SAFETY, "of_pathway", ("pathway-1",), "flagged_by_pathway"),
    (SAFETY, "find", ("escalation-1",), "flagged_pkey"),
    (SESSIONS, "of_pathway", ("pathway-1", EVER, 0, 50), "sessions_pkey"),
    (SESSIONS, "of_group", ("group-1", 3), "sessions_of_group"),
    (SESSIONS, "between", (NOW + DAY, NOW, "", 0, 50), "sessions_by_day"),
    (GROUPS, "list", (NOW, "open", "", 50), "groups_by_status"),
    (GROUPS, "led_by", (NOW, "clinician-1"), "groups_by_status"),
    (GROUPS, "find", (NOW, "group-1"), "groups_pkey"),
    (GROUPS, "seats_of", ("group-1",), "seats_pkey"),
    (GROUPS, "seats_of_pathway", ("pathway-1",), "seats_of_pathway"),
    (GROUPS, "sessions_of", ("group-1", EVER, 0, 50), "group_sessions_pkey"),
    (GROUPS, "sessions_between", (NOW + DAY, NOW, "", 0, 50), "group_sessions_by_day"),
)


@pytest_asyncio.fixture
async def filled(pool: Pool) -> Pool:
    """The views with the rows of 20,000 pathways."""
    await ensure_catalogue(pool)
    async with pool.acquire() as connection:
        for view, filling in FILLING.items():
            await create_copy(connection, view, view.schema)
            async with connection.transaction():
                await look_into(connection, view.schema)
                await connection.execute(filling)
        await connection.execute("ANALYZE")
    return pool


async def test_every_list_is_read_along_its_index(filled: Pool) -> None:
    async with filled.acquire() as connection:
        otherwise = []
        for view, name, arguments, index in LISTS:
            for option in ("", "GENERIC_PLAN, "):
                used = reads(await plan_of(connection, view, name, arguments, option))
                if index not in used or "Seq Scan" in used:
                    otherwise.append((view.name, name, option, used))
    assert otherwise == []


async def test_pages_of_the_whole_worklist_need_no_sorting(filled: Pool) -> None:
    async with filled.acquire() as connection:
        arguments = (NOW, "pathway-1", "task-1", *UNFILTERED, 50)
        steps = [*await plan_of(connection, WORKLIST, "list", arguments, "")]
    assert not {"Sort", "Incremental Sort"} & {step["Node Type"] for step in steps}


def test_every_query_that_lists_is_among_those_explained() -> None:
    explained = {(view.name, name) for view, name, *_ in LISTS}
    unexplained = {
        (view.name, path.stem)
        for view in FILLING
        for path in view.folder.glob("*.sql")
        if "LIMIT" in path.read_text()
    } - explained
    assert unexplained == set()


async def plan_of(
    connection: Connection, view: View[Any, Any], name: str, arguments: Any, option: str
) -> Iterator[dict[str, Any]]:
    text = f"EXPLAIN ({option}FORMAT JSON) {queries_in(view.folder)(name)}"
    async with connection.transaction():
        await look_into(connection, view.schema)
        row = await connection.fetchrow(text, *arguments)
    assert row is not None
    (explained,) = json.loads(row[0])
    return _steps(explained["Plan"])


def reads(steps: Iterable[dict[str, Any]]) -> set[str]:
    """The indexes that a plan goes by, and `Seq Scan` if it reads any table from end to end."""
    found = {step.get("Index Name", step["Node Type"]) for step in steps}
    return {one for one in found if "_" in one or one == "Seq Scan"}


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)
