"""What `carepath status` tells a person."""

from dataclasses import replace
from datetime import timedelta

from cli.stack import _described
from workers.embedded.schema import LogFigures, ViewFigures
from workers.embedded.status import JobStatus, Status, held_up


def test_jobs_of_the_fleet_say_when_they_ran_and_what_they_found() -> None:
    jobs = {
        "overdue": JobStatus(age_s=65.2, found={"overdue": 2, "woken": 0}),
        "licences": JobStatus(age_s=3600, found={}),
        "reconcile": JobStatus(),
    }

    told = _described(
        Status(ok=True, url="http://127.0.0.1:1", events=0, watermark_age_s=0, jobs=jobs)
    )

    assert "job overdue: ran 0:01:05 ago, found 2 overdue" in told
    assert "job licences: ran 1:00:00 ago, found nothing" in told
    assert "job reconcile: has not run yet" in told


def test_a_hung_projector_is_named_with_what_to_do() -> None:
    log = LogFigures(events=9, settled_seq=7, watermark_age=timedelta(minutes=3))
    views = {"safety": ViewFigures("running", 2, 180.0)}
    assert held_up(replace(log, watermark_age=timedelta(seconds=30)), {}) == ()

    (why,) = held_up(log, views)

    assert "180 s ago" in why
    assert "logs/projector.log" in why
    told = _described(Status(ok=False, held_up=(why,)))
    assert "is not well" in told
    assert why in told


def test_a_view_that_lacks_old_events_is_named_and_a_stopped_one_told_elsewhere() -> None:
    log = LogFigures(events=9, settled_seq=9, watermark_age=timedelta(0))
    views = {
        "safety": ViewFigures("running", 2, 59.0),
        "caseload": ViewFigures("running", 7000, 61.0),
        "groups": ViewFigures("stopped", 7000, 61.0),
    }

    (why,) = held_up(log, views)

    assert "caseload (7000 events" in why
    assert "safety" not in why
    assert "groups" not in why
