"""What an audit finds is told in words, whatever it is."""

from typing import get_args

from audit.findings import Finding, Kind
from web.pages.proof_words import WORDS, told


def test_every_kind_of_finding_has_words_of_its_own() -> None:
    assert set(WORDS) == set(get_args(Kind))
    assert len({one.title for one in WORDS.values()}) == len(WORDS)


def test_events_are_named_alone_or_as_a_range() -> None:
    one = told(Finding.at("row_changed", 7, 7, "event 7 is not as it was sealed"))
    several = told(Finding.at("rewritten", 7, 9, "events 7 to 9 were rewritten"))
    none = told(Finding(kind="anchor_unreadable", message="no note"))
    assert (one.where, several.where, none.where) == ("Event 7", "Events 7 to 9", "")
    assert one.message == "Event 7 is not as it was sealed."
