"""What a state holds for months says the same as any value, in less room."""

from datetime import UTC, datetime, timedelta, timezone

from domain.pathway.rows import Booking, Stay
from domain.pathway.state import Pathway

ENTERED = '"2026-03-02T15:00:00Z"'
STAY = f'{{"phase":"assessment","entered_at":{ENTERED},"left_at":null}}'


def test_a_held_value_does_not_keep_which_fields_were_given() -> None:
    read = Pathway.model_validate_json(f'{{"status":"open","stays":[{STAY}]}}')
    assert not read.model_fields_set
    assert not read.stays[0].model_fields_set


def test_a_copy_changes_nothing_for_the_others() -> None:
    one, other = Stay.model_validate_json(STAY), Stay.model_validate_json(STAY)
    left = one.model_copy(update={"left_at": one.entered_at})
    assert left.left_at == one.entered_at
    assert other.left_at is None
    assert not other.model_fields_set


def test_a_held_value_is_written_as_it_was_read() -> None:
    assert Stay.model_validate_json(STAY).model_dump_json() == STAY
    far = STAY.replace("15:00:00Z", "10:00:00-05:00")
    assert Stay.model_validate_json(far).model_dump_json() == far


def test_all_instants_in_utc_share_one_zone() -> None:
    booking = Booking(
        number=1,
        kind="group",
        starts_at=datetime(2026, 3, 9, 23, tzinfo=timezone(timedelta(0))),
        length=timedelta(minutes=90),
        remind_at=(datetime(2026, 3, 8, 23, tzinfo=timezone(timedelta(0))),),
    )
    assert all(one.tzinfo is UTC for one in (booking.starts_at, *booking.remind_at))
