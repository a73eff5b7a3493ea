"""What `carepath status` tells a person."""

from cli.stack import _described
from workers.embedded.status import JobStatus, Status


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
