"""A clinic's own history is imported whole or not at all, and every bad line is told."""

import io
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
import pytest_asyncio

from domain.actor import Actor
from domain.commands.programme import Publish
from domain.decider import Context
from domain.events.envelope import Origin, new_events
from domain.programme import PROGRAMME
from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable
from eventstore.store import EventStore
from tests.demo.test_clinic import UNTIL, mbt_g
from workers.demo.clinic import demo_history, simulated_clinic
from workers.history.importing import Imported, Looked, check_history, import_history
from workers.history.log import Log
from workers.history.problem import HistoryRefused, Problem

Edit = Callable[[dict[str, Any]], None]
NAMES = UUID(int=7)
NOW = UNTIL + timedelta(days=2)


@cache
def lines() -> tuple[bytes, ...]:
    return tuple(demo_history(mbt_g(), UNTIL, patients=4, months=4, seed=3))


def history(*written: bytes) -> io.BytesIO:
    return io.BytesIO(b"".join(written or lines()))


def edited(number: int, edit: Edit) -> io.BytesIO:
    return history(*with_edit(lines(), number, edit))


def with_edit(written: tuple[bytes, ...], number: int, edit: Edit) -> tuple[bytes, ...]:
    line = json.loads(written[number - 1])
    edit(line)
    return (*written[: number - 1], json.dumps(line).encode() + b"\n", *written[number:])


def happened_at(written: bytes) -> str:
    return str(json.loads(written)["at"])


def numbers_of(command: str) -> list[int]:
    return [
        number for number, one in enumerate(lines(), 1) if json.loads(one).get("command") == command
    ]


@pytest_asyncio.fixture
async def log(pool: Pool, store: EventStore) -> Log:
    """A log in which the programme is published, and nothing else."""
    now = datetime.now(UTC)
    context = Context(now=now, actor=Actor(subject="admin", role="administrator"))
    command = Publish(definition=mbt_g())
    events = PROGRAMME.decide(PROGRAMME.initial(), command, context)
    origin = Origin(command_id=uuid5(NAMES, "publish"), actor=context.actor)
    await store.append("programme-mbt-g", 0, new_events(list(events), origin))
    return Log(pool)


async def checked(log: Log, file: io.BytesIO) -> Looked:
    return await check_history(log, file, lambda: NOW)


async def imported_into(log: Log, file: io.BytesIO) -> Imported:
    return await import_history(log, file, lambda: NOW)


async def refused(log: Log, file: io.BytesIO) -> tuple[Problem, ...]:
    """What an import says, which has written nothing, and a check says alike."""
    before = await log.store.count()
    with pytest.raises(HistoryRefused) as said:
        await imported_into(log, file)
    assert await log.store.count() == before
    file.seek(0)
    assert (await checked(log, file)).problems == said.value.problems
    return said.value.problems


async def test_the_log_holds_exactly_what_the_rules_decided_on_the_virtual_clock(log: Log) -> None:
    imported = await imported_into(log, history())
    clinic = simulated_clinic(mbt_g(), UNTIL, patients=4, months=4, seed=3)
    lived = {one.id: one.history for one in clinic.entities.values() if one.history}
    assert imported.written == sum(map(len, lived.values()))
    for entity_id, events in lived.items():
        stream = await log.store.read_stream(entity_id)
        assert [(one.event_id, one.effective_at) for one in stream] == [
            (one.event_id, one.effective_at) for one in events
        ]


async def test_the_same_history_again_changes_nothing(log: Log) -> None:
    await imported_into(log, history())
    before = await log.store.count()
    again = await imported_into(log, history())
    assert again.looked.known
    assert (again.written, await log.store.count()) == (0, before)


async def test_a_file_that_grew_since_it_was_imported_is_not_taken_for_known(log: Log) -> None:
    *all_but, _last = lines()
    await imported_into(log, history(*all_but))
    with pytest.raises(HistoryRefused) as refused:
        await imported_into(log, history())
    assert {one.code for one in refused.value.problems} == {"already_in_log"}


async def test_lines_are_judged_by_when_they_happened_wherever_they_stand(log: Log) -> None:
    header, *given = lines()
    by_instant = [list(together) for _, together in groupby(given, key=happened_at)]
    backwards = [one for together in reversed(by_instant) for one in together]
    looked = await checked(log, history(header, *backwards))
    assert looked.problems == ()
    assert looked.events == (await imported_into(log, history())).written


async def test_every_bad_line_is_told_with_its_field(log: Log) -> None:
    refer, session, _, record = (*numbers_of("refer")[-2:], numbers_of("form")[0], len(lines()))
    broken = with_edit(lines(), refer, lambda one: one["data"]["referral"].pop("patient"))
    broken = with_edit(broken, session, lambda one: one.update(at="yesterday"))
    broken = (*broken[: record - 1], b"{not json\n")
    problems = await refused(log, history(*broken))
    told = {(one.line, one.field) for one in problems}
    assert {(refer, "data.referral.patient"), (session, "at"), (record, "line")} <= told


async def test_a_history_is_told_up_to_now_and_no_further(log: Log) -> None:
    up_to_now = edited(1, lambda one: one.update(until=NOW.isoformat()))
    assert (await checked(log, up_to_now)).problems == ()
    later = NOW + timedelta(seconds=1)
    problems = await refused(log, edited(1, lambda one: one.update(until=later.isoformat())))
    assert [(one.line, one.field, one.code) for one in problems] == [(1, "until", "in_future")]


async def test_nothing_of_the_future_is_decided(log: Log) -> None:
    number = len(lines())
    later = (NOW + timedelta(days=1)).isoformat()
    broken = with_edit(lines(), 1, lambda one: one.update(until="2028-11-01T00:00:00Z"))
    broken = with_edit(broken, number, lambda one: one.update(at=later))
    looked = await checked(log, history(*broken))
    told = [(one.line, one.field, one.code) for one in looked.problems]
    assert told == [(1, "until", "in_future"), (number, "at", "in_future")]
    all_but_last = with_edit(lines()[:-1], 1, lambda one: one.update(until=NOW.isoformat()))
    assert looked.events == (await checked(log, history(*all_but_last))).events


async def test_a_history_goes_by_the_clock_of_this_machine(log: Log) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    header = json.dumps({"history": 1, "name": "north clinic", "until": tomorrow}).encode()
    for problems in (
        (await check_history(log, io.BytesIO(header))).problems,
        (await refused_by_clock(log, header)).problems,
    ):
        assert [(one.line, one.field, one.code) for one in problems] == [(1, "until", "in_future")]


async def refused_by_clock(log: Log, header: bytes) -> HistoryRefused:
    with pytest.raises(HistoryRefused) as said:
        await import_history(log, io.BytesIO(header))
    return said.value


@pytest.mark.parametrize(
    "header", [b"{not json\n", b'{"history": 1, "name": "north clinic"}\n', b"\n"]
)
async def test_a_damaged_first_line_hides_no_other(log: Log, header: bytes) -> None:
    first = numbers_of("refer")[0]
    broken = with_edit(lines(), first, lambda one: one["data"]["referral"].pop("patient"))
    broken = with_edit(broken, first + 1, lambda one: one.update(at="2027-11-01T00:00:00Z"))
    problems = await refused(log, history(header, *broken[1:], b"{not json\n", lines()[-1]))
    assert {one.line for one in problems if one.code == "no_header"} == {1}
    assert [(one.line, one.field, one.code) for one in problems if one.line > 1] == [
        (first, "data.referral.patient", "invalid"),
        (first + 1, "at", "in_future"),
        (len(lines()) + 1, "line", "invalid"),
        (len(lines()) + 2, "id", "repeated"),
    ]


async def test_a_byte_order_mark_is_no_damage(log: Log) -> None:
    marked = history(BOM_UTF8 + lines()[0], *lines()[1:])
    assert (await checked(log, marked)).problems == ()


async def test_what_follows_a_refused_beginning_points_to_it(log: Log) -> None:
    first = numbers_of("refer")[0]
    problems = await refused(
        log, edited(first, lambda one: one["data"].update(programme="mbt-g@9"))
    )
    codes = {one.code for one in problems}
    assert {"programme_not_published", "unknown_entity"} <= codes
    assert any(f"line {first}" in one.message for one in problems if one.line > first)


async def test_what_follows_a_beginning_of_the_wrong_form_points_to_it(log: Log) -> None:
    first = numbers_of("refer")[0]
    pathway = json.loads(lines()[first - 1])["entity"]
    by_data = edited(first, lambda one: one["data"]["referral"].pop("patient"))
    by_field = edited(first, lambda one: one.update(at="yesterday"))
    for file in (by_data, by_field):
        problems = await refused(log, file)
        about = {one.line for one in problems if one.code == "unknown_entity"}
        follow = [json.loads(lines()[number - 1]).get("entity") for number in sorted(about)]
        assert pathway in follow
        told = {one.message for one in problems if one.code == "unknown_entity"}
        assert told == {f"This follows line {first}, which is refused: correct that one first."}


async def test_a_wrong_field_hides_nothing_that_is_wrong_with_the_others(log: Log) -> None:
    number = numbers_of("refer")[0]

    def damage(one: dict[str, Any]) -> None:
        one.update(surprise=1, at="2026-12-24T00:00:00Z", escalation_of=None)
        one["actor"].update(role="service")
        one["data"]["referral"].pop("patient")

    problems = await refused(log, edited(number, damage))
    fields = {one.field for one in problems if one.line == number}
    assert fields == {"surprise", "at", "actor", "data.referral.patient"}


async def test_nobody_and_two_are_told_beside_another_wrong_field(log: Log) -> None:
    number = numbers_of("refer")[0]
    problems = await refused(log, edited(number, lambda one: one.update(entity=None, id="x")))
    assert {one.field for one in problems if one.line == number} == {"id", "line"}


async def test_only_commands_that_people_give_are_named(log: Log) -> None:
    number = numbers_of("schedule")[0]
    problems = await refused(log, edited(number, lambda one: one.update(command="become_well")))
    (told,) = [one for one in problems if one.line == number]
    assert told.code == "unknown_command"
    assert "assign_facilitator" in told.message
    assert "reserve_seat" not in told.message


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda one: one.update(command="meet_deadline", data={}), "command"),
        (lambda one: one.update(command="reserve_seat"), "command"),
        (lambda one: one.update(command="become_well"), "command"),
        (lambda one: one.update(at="2026-12-24T00:00:00Z"), "at"),
        (lambda one: one.update(at="2026-02-01T10:00:00"), "at"),
        (lambda one: one.update(entity="group-of-tuesday"), "entity"),
        (lambda one: one.update(surprise=1), "surprise"),
        (lambda one: one["actor"].update(role="service"), "actor"),
    ],
)
async def test_a_line_of_the_wrong_form_is_told(log: Log, edit: Edit, field: str) -> None:
    number = numbers_of("schedule")[0]
    assert (number, field) in {
        (one.line, one.field) for one in await refused(log, edited(number, edit))
    }


async def test_a_line_that_stands_twice_is_told(log: Log) -> None:
    problems = await refused(log, history(*lines(), lines()[-1]))
    assert [(one.line, one.code) for one in problems] == [(len(lines()) + 1, "repeated")]


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"history": 2}\n', b"\xff\xfe\n"])
async def test_a_file_without_a_header_is_no_history(log: Log, content: bytes) -> None:
    problems = await refused(log, io.BytesIO(content))
    assert {one.line for one in problems} == {1}


async def test_an_entity_that_lives_in_the_log_is_refused_where_the_file_begins_it(
    log: Log,
) -> None:
    await imported_into(log, history())
    other = history(*demo_lines_of_another_day())
    problems = await refused(log, other)
    assert {one.code for one in problems} == {"already_in_log"}


def demo_lines_of_another_day() -> Iterator[bytes]:
    return demo_history(mbt_g(), datetime(2026, 11, 2, tzinfo=UTC), patients=4, months=4, seed=3)


async def test_a_log_that_fails_on_the_way_has_nothing_of_the_history(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, left = EventStore.append, [300]

    async def failing(self: EventStore, *given: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise StoreUnavailable("cut off")
        return await append(self, *given)

    before = await log.store.count()
    monkeypatch.setattr(EventStore, "append", failing)
    with pytest.raises(StoreUnavailable):
        await imported_into(log, history())
    monkeypatch.undo()
    assert await log.store.count() == before
    assert (await imported_into(log, history())).written > 0


async def test_the_example_of_the_page_can_be_imported(log: Log) -> None:
    page = (Path(__file__).parents[2] / "docs" / "history-format.md").read_text(encoding="utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    looked = await checked(log, io.BytesIO(example.encode()))
    assert looked.problems == ()
    assert (looked.lines, looked.pathways) == (4, 1)


def test_same_seed_same_clinic_and_another_seed_another() -> None:
    def made(seed: int) -> tuple[bytes, ...]:
        return tuple(demo_history(mbt_g(), UNTIL, patients=3, months=3, seed=seed))

    assert made(5) == made(5)
    assert made(5) != made(6)
