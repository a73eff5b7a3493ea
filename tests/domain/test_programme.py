"""A programme: versions are published one after the other and never change."""

from datetime import date, timedelta
from typing import Any

from domain.commands.programme import Publish
from domain.events.programme import Published
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from domain.programmes.shared import shared
from tests.domain.histories import MBT_G, REFERRED_AT, WEEK, mbt_g_document
from tests.domain.specification import Specification

given = Specification(PROGRAMME).given
FIRST = Published(at=REFERRED_AT, definition=MBT_G)


def other(**changes: object) -> Definition:
    return Definition.model_validate({**mbt_g_document(), **changes})


def test_the_first_version_is_published() -> None:
    given().when(Publish(definition=MBT_G), at=REFERRED_AT).then(FIRST)
    assert given().state.latest is None


def test_the_next_version_follows() -> None:
    second = other(version=2, title="MBT-G, revised")
    at = REFERRED_AT + WEEK
    published = given(FIRST).when(Publish(definition=second), at=at)
    published.then(Published(at=at, definition=second))
    programme = published.and_given().state
    assert programme.latest == second
    assert programme.version(1) == MBT_G
    assert programme.version(3) is None


def test_publishing_the_same_again_changes_nothing() -> None:
    second = Published(at=REFERRED_AT + timedelta(days=1), definition=other(version=2))
    given(FIRST).when(Publish(definition=MBT_G)).then_nothing()
    given(FIRST, second).when(Publish(definition=MBT_G)).then_nothing()


def test_a_published_version_is_not_changed() -> None:
    changed = other(title="MBT-G, revised in secret")
    given(FIRST).when(Publish(definition=changed)).then_rejected("version_not_next")


def test_no_version_is_skipped() -> None:
    given(FIRST).when(Publish(definition=other(version=3))).then_rejected("version_not_next")


def test_another_programme_is_published_as_its_own() -> None:
    foreign = other(id="dbt", version=7)
    given(FIRST).when(Publish(definition=foreign)).then_rejected(
        "other_programme", "version_not_next"
    )


SIGNED: dict[str, Any] = {
    "values": ["policies.late_after", "phases.introduction.sessions.group.at_least"],
    "by": "clinician",
    "signed_by": "Dr. Example",
    "signed_on": date(2026, 1, 5),
}


def signed(definition: dict[str, Any] | None = None, **changes: Any) -> Definition:
    document = {**mbt_g_document(), **(definition or {})}
    return Definition.model_validate({**document, "sign_offs": [{**SIGNED, **changes}]})


def test_a_signature_is_awaited_until_it_is_given() -> None:
    """Values that need a clinician's or counsel's agreement say so beside them."""
    awaited = {(one.place, one.by) for one in MBT_G.unsigned()}
    assert ("policies.inactive_before_review", "clinician") in awaited
    assert ("served_states", "counsel") in awaited
    assert ("policies.retention", "counsel") in awaited
    assert MBT_G.signatures() == ()
    assert [one.place for one in signed().unsigned()] == ["policies.retention"]
    assert [one.place for one in signed().signatures()] == SIGNED["values"]


def test_nobody_has_signed_tomorrow() -> None:
    tomorrow = signed(signed_on=date(2026, 1, 6))
    given().when(Publish(definition=tomorrow), at=REFERRED_AT).then_rejected("signed_in_future")
    given().when(Publish(definition=signed()), at=REFERRED_AT).then_happened(Published)


def test_a_signature_does_not_cover_a_value_that_was_changed_after_it() -> None:
    first = Published(at=REFERRED_AT, definition=signed())
    later = {"version": 2, "policies": {**mbt_g_document()["policies"], "late_after": "PT20M"}}

    given(first).when(Publish(definition=signed(later))).then_rejected("signature_outdated")

    again = signed(later, signed_on=date(2026, 1, 4))
    given(first).when(Publish(definition=again)).then_happened(Published)
    awaited = Definition.model_validate({**mbt_g_document(), **later})
    given(first).when(Publish(definition=awaited)).then_happened(Published)


def test_a_signature_stands_while_its_values_do() -> None:
    first = Published(at=REFERRED_AT, definition=signed())
    second = signed({"version": 2, "title": "MBT-G, revised"})
    given(first).when(Publish(definition=second)).then_happened(Published)


def test_a_programme_waits_for_nothing_and_is_never_closed() -> None:
    programme = given(FIRST)
    assert programme.deadlines() == []
    assert programme.reactions() == []
    assert PROGRAMME.needs(programme.state, Publish(definition=MBT_G)) == []
    assert programme.permitted("publish").open
    assert not PROGRAMME.is_closed(programme.state)


def test_all_who_are_on_one_definition_hold_one_copy_of_it() -> None:
    one, other = (Definition.model_validate(mbt_g_document()) for _ in range(2))
    assert one is not other
    assert shared(one) is shared(other)
    changed = one.model_copy(update={"title": "Another title"})
    assert shared(changed) is changed
    assert shared(one) is one
