"""The form of a session's page: what its fields hold, and which command a button is."""

from uuid import uuid4

import pytest

from domain.events.group import MemberAdmitted, SeatReleased
from domain.events.presence import Admission
from tests.pages.test_groups import NOW
from web.errors import BadRequest
from web.pages.groups.telling import _told
from web.pages.running.entered import Entered
from web.pages.running.sending import command_id, form_id

ONE, OTHER = "pathway-1", "pathway-2"


def test_a_button_pressed_twice_is_one_command_and_another_button_is_another() -> None:
    form = uuid4()

    assert command_id(form, "open") == command_id(form, "open")
    assert command_id(form, "open") != command_id(form, f"admit:{ONE}")
    assert command_id(form, "open") != command_id(uuid4(), "open")
    assert command_id(form, "open").version == 4


def test_a_damaged_form_is_refused() -> None:
    with pytest.raises(BadRequest):
        form_id("none")


def test_what_a_button_used_up_is_blank_again_and_the_rest_stays() -> None:
    entered = Entered({f"level.{ONE}": ["high"], f"late.{ONE}": [" 7 "], f"here.{OTHER}": ["yes"]})

    after = entered.without([f"level.{ONE}"])

    assert after.of("level", ONE) == ""
    assert after.of("late", ONE) == "7"
    assert after.says("here", OTHER)


def test_history_names_whom_the_reader_may_know_and_nobody_else() -> None:
    names = {ONE: "Sample, Avery"}
    admitted = MemberAdmitted(at=NOW, session=3, admission=Admission(pathway_id=ONE))
    left = SeatReleased(at=NOW, pathway_id=OTHER, reason="moved_away", member=True)

    assert _told(admitted, names) == "Session 3: Sample, Avery let in later"
    assert _told(left, names) == "A patient left the group: moved away"
