"""Where the patient lives."""

import pytest

from activities.fhir.states import residence

SERVED = {"FL", "CA", "IN", "AZ", "SC"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FL", "FL"),
        (" fl ", "FL"),
        ("Florida", "FL"),
        ("SOUTH   CAROLINA", "SC"),
        ("S.C.", "SC"),
        ("district of columbia", "DC"),
        ("D.C.", "DC"),
        ("Washington", "WA"),
        ("Puerto Rico", "PR"),
        ("U.S. Virgin Islands", "VI"),
        ("US-FL", "FL"),
        ("us-in", "IN"),
        ("South-Carolina", "SC"),
        ("Florida, USA", "FL"),
        ("FL, U.S.A.", "FL"),
        ("Washington, D.C., United States", "DC"),
        ("US-South Carolina, United States of America", "SC"),
        ("Virgin Islands, US", "VI"),
    ],
)
@pytest.mark.parametrize("country", [None, "US", "usa", "U.S.A.", "United States"])
def test_codes_and_full_names_of_states_become_codes(
    text: str, code: str, country: str | None
) -> None:
    assert residence(text, country) == code


@pytest.mark.parametrize(
    "text", ["Fla.", "Algarve", "F L", "F-L", "Floridaa", "USA", "US-", "US", "US-Fla.", ", USA"]
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert residence(text, "US") == text


@pytest.mark.parametrize("country", ["CA", "Canada", "IN", "DE"])
@pytest.mark.parametrize("text", ["CA", "FL", "Florida", "IN", "US-FL", "FL, USA"])
def test_a_state_abroad_is_never_taken_for_an_american_one(country: str, text: str) -> None:
    assert residence(text, country) == f"{country}-{text}"
    assert residence(text, country) not in SERVED
