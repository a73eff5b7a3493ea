"""How pages say what the rules say."""

from zoneinfo import ZoneInfo

import pytest

from web.pages.wording import plainly

EASTERN = ZoneInfo("America/New_York")
ONE, OTHER = (f"pathway-0000000{place}-0000-4000-8000-000000000000" for place in (1, 2))
GROUP = "group-00000003-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "Session 75 can be opened from 2026-11-23 14:30Z.",
            "Session 75 can be opened from Mon 23 Nov 2026, 09:30 EST.",
        ),
        ("No licence for FL on 2026-11-23.", "No licence for FL on 23 Nov 2026."),
        (f"Relieve them first: {GROUP}.", "Relieve them first: a group."),
        (f"Assign another therapist in {ONE}, {OTHER}.", "Assign another therapist in 2 patients."),
        ("PHQ-9 needs 9 of 9 answers.", "PHQ-9 needs 9 of 9 answers."),
    ],
)
def test_a_sentence_of_the_rules_has_local_times_and_no_ids(message: str, told: str) -> None:
    assert plainly(message, EASTERN) == told
