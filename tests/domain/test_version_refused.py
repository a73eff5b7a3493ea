"""What keeps a pathway on the version of the programme that it is on."""

from datetime import timedelta
from typing import Any

import pytest

from domain.events.base import Event
from domain.events.pathway import (
    SessionBooked,
)
from domain.events.seats import WaitlistJoined
from domain.events.version import VersionMoved
from tests.domain.histories import (
    MBT_G,
    PLANNED_END,
    WEEK,
    closed,
    in_follow_up,
    in_ongoing,
    in_treatment,
    ready,
    referred,
)
from tests.domain.test_version import AT, DAY, Edit, moved, second


def without_sign_offs(document: dict[str, Any]) -> None:
    document["sign_offs"] = []


def test_a_closed_pathway_stays_on_its_version() -> None:
    moved(closed(), second()).then_rejected("pathway_closed")


def test_the_version_it_is_on_is_refused() -> None:
    moved(in_treatment(), MBT_G).then_rejected("version_unchanged")


def test_another_programme_takes_a_new_referral() -> None:
    moved(in_treatment(), second(programme="other")).then_rejected("other_programme")


def rename_phase(document: dict[str, Any]) -> None:
    document["phases"][0]["leads_to"] = ["psychoeducation", "beginning"]
    document["phases"][1]["leads_to"] = ["beginning"]
    document["phases"][2]["id"] = "beginning"
    document["group_kinds"] = []
    without_sign_offs(document)


def drop_individual_sessions(document: dict[str, Any]) -> None:
    for phase in document["phases"]:
        held = phase.get("sessions", ())
        phase["sessions"] = [one for one in held if one["kind"] in ("group", "circle")]
    without_sign_offs(document)


def drop_variant(document: dict[str, Any]) -> None:
    del document["variants"][0]


def drop_phq_9(document: dict[str, Any]) -> None:
    document["measures"] = [one for one in document["measures"] if one["id"] != "phq-9"]
    for occasion in ("baseline", "progress", "discharge", "follow_up"):
        asked = document["measure_schedule"][occasion]
        document["measure_schedule"][occasion] = [one for one in asked if one != "phq-9"]
    without_sign_offs(document)


def prepare_in_introduction(document: dict[str, Any]) -> None:
    document["phases"][2]["purpose"] = "preparation"


@pytest.mark.parametrize(
    ("history", "edit", "codes"),
    [
        (in_treatment(), rename_phase, {"phase_not_in_version"}),
        (in_ongoing(), rename_phase, {"phase_not_in_version"}),
        (in_treatment(), drop_variant, {"variant_not_in_version"}),
        (in_treatment(), drop_phq_9, set()),
        (referred(), drop_phq_9, {"measure_not_in_version"}),
        (in_treatment(), drop_individual_sessions, {"session_not_in_version"}),
        (in_treatment(), prepare_in_introduction, {"phase_purpose_differs"}),
        (ready(), prepare_in_introduction, set()),
    ],
)
def test_what_the_pathway_has_must_be_there_in_the_new_version(
    history: tuple[Event, ...], edit: Edit, codes: set[str]
) -> None:
    moved(history, second(edit)).then_rejected(*codes)


def test_a_booked_session_must_be_there_as_well() -> None:
    booked = SessionBooked(
        at=AT,
        booking=1,
        kind="individual",
        starts_at=AT + DAY,
        length=timedelta(minutes=50),
        remind_at=(),
    )
    only_groups = tuple(one for one in in_treatment() if getattr(one, "kind", "group") == "group")

    to = second(drop_individual_sessions)

    moved((*only_groups, booked), to).then_rejected("session_not_in_version")


def test_whoever_was_discharged_stays_in_follow_up() -> None:
    def treat_in_follow_up(document: dict[str, Any]) -> None:
        document["phases"][5]["purpose"] = "treatment"

    to = second(treat_in_follow_up)

    moved(in_follow_up(), to, PLANNED_END + WEEK).then_rejected("phase_purpose_differs")


def test_every_reason_is_named_at_once() -> None:
    to = second(rename_phase, drop_variant)

    moved(in_treatment(), to).then_rejected("phase_not_in_version", "variant_not_in_version")


def test_the_kind_of_group_that_the_patient_waits_for_must_be_there() -> None:
    waiting = WaitlistJoined(
        at=AT,
        group_kind="ongoing",
        modalities=("virtual",),
        urgency="routine",
        zone="America/New_York",
        review_at=AT + 30 * DAY,
    )

    def drop_ongoing(document: dict[str, Any]) -> None:
        del document["group_kinds"][1]

    moved((*in_treatment(), waiting), second(drop_ongoing)).then_rejected(
        "group_kind_not_in_version"
    )
    moved((*in_treatment(), waiting), second()).then_happened(VersionMoved)
