"""The ready reports: what each finds, that it misses nothing, and where it says it is from."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import pytest_asyncio

from audit.log import Log, Stream
from audit.reports.breaches import licence_failures, response_clocks, seats_and_facilitators
from audit.reports.care import measured_care, overdue_measures, suicide_risk, two_identifiers
from audit.reports.catalogue import REPORTS
from audit.reports.report import Asked
from domain.events.group import SessionHeld
from domain.events.pathway import MeasureRecorded
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.access_log.view import ACCESS_LOG
from projections.disclosures.view import DISCLOSURES
from projections.follow import Until
from projections.rebuild import rebuild
from tests.domain.histories import SHIPPED
from tests.projections.demo import demo_clinic, write
from tests.projections.given import settle
from tests.web.api import Api
from tests.web.conftest import api, clinic, clock, definition, entities, services

__all__ = ("api", "clinic", "clock", "definition", "entities", "services")

EVER = Asked()


@pytest_asyncio.fixture
async def log(pool: Pool, store: EventStore) -> Log:
    await write(demo_clinic(10, 8), store, pool)
    return Log(store, pool)


async def streams(log: Log, kind: str) -> list[Stream]:
    return [one async for one in log.streams(Until(seq=10**9), kind)]


def rows(report: Any, found: list[Stream], asked: Asked = EVER) -> list[tuple[Any, ...]]:
    return [row for stream in found for row in report(stream, SHIPPED, asked)]


def of_type(found: list[Stream], name: str) -> Iterator[Any]:
    return (one for stream in found for one in stream if one.type == name)


async def test_a_clinic_that_kept_the_rules_has_no_breach_of_seats_or_facilitators(
    log: Log,
) -> None:
    assert rows(seats_and_facilitators, await streams(log, "group")) == []


async def test_a_member_too_many_and_a_facilitator_too_few_are_named_by_their_events(
    log: Log,
) -> None:
    group = max(await streams(log, "group"), key=len)
    formed: Any = group[0].event
    small = [replace(group[0], event=formed.model_copy(update={"capacity": 1})), *group[1:]]
    found = rows(seats_and_facilitators, [small])
    assert {row[2] for row in found} == {"too_many_members"}
    assert all(actual > limit == 1 for *_, limit, actual, _seq in found)

    held = next(n for n, one in enumerate(group) if isinstance(one.event, SessionHeld))
    event: Any = group[held].event
    alone = replace(group[held], event=event.model_copy(update={"clinicians": ("c",)}))
    [row] = rows(seats_and_facilitators, [[*group[:held], alone, *group[held + 1 :]]])
    assert row[2:] == ("too_few_facilitators", 2, 1, group[held].seq)


async def test_everybody_who_was_not_let_in_for_a_licence_is_listed_once_for_each_reason(
    log: Log,
) -> None:
    found = await streams(log, "group")
    opened = next(of_type(found, "group.session_opened"))
    refusal = {"pathway_id": "pathway-x", "location": "NY", "reasons": ("not_licensed", "no_seat")}
    event = opened.event.model_validate({**opened.event.model_dump(), "not_admitted": (refusal,)})
    [row] = rows(licence_failures, [[replace(opened, event=event)]])
    assert row[2:6] == (event.session, "pathway-x", "NY", "not_licensed")


async def test_every_clock_that_ran_out_is_listed(log: Log) -> None:
    found = await streams(log, "escalation")
    overdue = list(of_type(found, "escalation.fell_overdue"))
    listed = rows(response_clocks, found)
    assert [row[-1] for row in listed if row[2] != "acknowledge"] == [one.seq for one in overdue]
    assert overdue
    assert all(row[3] <= row[1] for row in listed)


async def test_every_overdue_measure_is_listed_with_when_it_was_answered(log: Log) -> None:
    found = await streams(log, "pathway")
    missing = sum(
        len(one.event.missing)
        for name in ("pathway.measures_became_overdue", "pathway.measures_expired")
        for one in of_type(found, name)
    )
    listed = rows(overdue_measures, found)
    assert len(listed) == missing > 0
    answered = [row for row in listed if row[5] is not None]
    assert answered
    assert all(row[5] >= row[1] or row[4] == "overdue" for row in answered)


async def test_a_patient_who_was_never_recognised_does_not_meet_the_requirement(
    log: Log,
) -> None:
    found = await streams(log, "pathway")
    met = [
        row for row in rows(two_identifiers, found) if row[1] == "confirmed_before_first_session"
    ]
    unknown = [
        [one for one in stream if one.type != "pathway.identity_confirmed"] for stream in found
    ]
    unmet = rows(two_identifiers, unknown)
    assert met
    assert all(row[2] for row in met)
    assert unmet
    assert not any(row[2] for row in unmet)


async def test_measured_care_asks_for_a_baseline_a_repeat_and_a_review(log: Log) -> None:
    found = await streams(log, "pathway")
    without = [
        [one for one in stream if not isinstance(one.event, MeasureRecorded)] for stream in found
    ]
    requirements = {row[1] for row in rows(measured_care, found) if row[2]}
    assert requirements == {
        "baseline_by_standard_tool",
        "measured_again_in_treatment",
        "results_used_in_review",
    }
    assert not any(row[2] for row in rows(measured_care, without))


async def test_suicide_risk_asks_for_a_screen_an_assessment_and_mitigation(log: Log) -> None:
    found = [*await streams(log, "escalation"), *await streams(log, "pathway")]
    listed = rows(suicide_risk, found)
    assert {row[1] for row in listed if row[2]} >= {
        "screened_by_validated_tool",
        "safety_plan_agreed",
        "screened_again_in_treatment",
        "risk_assessed_and_documented",
        "mitigation_documented",
        "safety_plan_reviewed",
    }


async def test_a_period_leaves_out_what_is_not_in_it(log: Log) -> None:
    found = await streams(log, "escalation")
    every = rows(response_clocks, found)
    middle = sorted(row[1] for row in every)[len(every) // 2]
    before = rows(response_clocks, found, Asked(before=middle))
    since = rows(response_clocks, found, Asked(since=middle))
    assert 0 < len(before) < len(every)
    assert sorted(row[-1] for row in before + since) == sorted(row[-1] for row in every)


@pytest_asyncio.fixture
async def asked(clinic: Api, pool: Pool, store: EventStore) -> tuple[Api, str]:
    """A clinic with one patient, whose record an administrator read through broken glass."""
    pathway = await clinic.opened()
    await clinic.shown(pathway)
    with clinic.acting_as("clinician"):
        await clinic.get(f"/api/entities/{pathway}")
    await clinic.access_log().written()
    await settle(pool)
    for view in (ACCESS_LOG, DISCLOSURES):
        await rebuild(view, store, pool)
    return clinic, pathway


@pytest.mark.parametrize("name", list(REPORTS))
async def test_each_report_is_the_same_as_json_and_as_csv_and_names_its_query_and_position(
    asked: tuple[Api, str], name: str
) -> None:
    clinic, pathway = asked
    of = {"pathway": pathway, "subject": "account-1"}.get(REPORTS[name].of or "")
    params = {"of": of} if of else {}
    told = (await clinic.get(f"/api/audit/reports/{name}", params=params)).json()
    answer = await clinic.get(f"/api/audit/reports/{name}", params={**params, "format": "csv"})
    heads, *lines = csv.reader(StringIO(answer.text))
    assert told["query"] == REPORTS[name].source.query
    assert told["query"] in heads[-1]
    assert heads[:-1] == told["columns"]
    assert len(lines) == len(told["rows"])
    assert {line[-1] for line in lines} <= {str(told["position"])}
    assert told["position"] > 0


async def test_the_access_of_a_patient_names_who_read_what(asked: tuple[Api, str]) -> None:
    clinic, pathway = asked
    found = (
        await clinic.get("/api/audit/reports/access-of-patient", params={"of": pathway})
    ).json()
    read = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    assert ("account-1", "coordinator") in {(one["subject"], one["role"]) for one in read}
    breaking = [one["break_glass"] for one in read]
    assert breaking == sorted(breaking, reverse=True)


async def test_a_report_about_one_asks_for_whom_and_an_unknown_report_is_not_found(
    asked: tuple[Api, str],
) -> None:
    clinic, _ = asked
    assert (await clinic.get("/api/audit/reports/access-by-user")).status_code == 400
    assert (await clinic.get("/api/audit/reports/profits")).status_code == 404


async def test_disclosures_are_accounted_for_six_years_back(asked: tuple[Api, str]) -> None:
    clinic, _ = asked
    found = (await clinic.get("/api/audit/reports/disclosures")).json()
    since = datetime.fromisoformat(found["since"])
    reach = datetime(2026, 11, 23, 15, tzinfo=UTC) - since
    assert timedelta(days=6 * 365) < reach < timedelta(days=6 * 367)
