"""Invented people and their referrals. Nobody real is among them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

_GIVEN = (
    "Alma", "Amos", "Bianca", "Cyrus", "Dalia", "Desmond", "Edda", "Elias", "Farah", "Gideon",
    "Hana", "Ivo", "Jonna", "Kasimir", "Leonie", "Malik", "Nerea", "Otis", "Paloma", "Quentin",
    "Ronja", "Silas", "Tamsin", "Ulla", "Viggo", "Wanda", "Xenia", "Yusuf", "Zelda", "Zoran",
)  # fmt: skip
_FAMILY = (
    "Abernathy", "Bellweather", "Castellan", "Dunmore", "Eastlake", "Fairbourne", "Greywater",
    "Hollins", "Ironside", "Jessop", "Kestrel", "Larkspur", "Merriweather", "Northcott",
    "Oakenfold", "Pemberly", "Quill", "Ravensworth", "Silverton", "Thornbury", "Underhill",
    "Vantongeren", "Whitlock", "Yarrow", "Zellweger-Lund",
)  # fmt: skip
_REASONS = ("F60.3", "F60.3", "F60.3", "F43.12", "F43.12", "F33.1", "F33.1", "F50.9", "F60.9")
_STATES = ("FL", "FL", "FL", "CA", "CA", "IN", "AZ", "SC")
_PAYERS = ("Cigna", "Florida Blue", "Optum", "Aetna", None)
SAFETY_PLAN = {
    "warning_signs": ["Not answering messages", "Sleeping through the day"],
    "own_coping": ["A walk by the water", "Cooking something slow"],
    "people_and_places_that_distract": ["The library", "A neighbour's dog"],
    "people_to_ask_for_help": ["A sister"],
    "professionals_and_services": ["The therapist", "988"],
    "safer_environment": ["Medication is kept by a friend"],
}


def referral(random: Random, authored_at: datetime) -> dict[str, Any]:
    """A referral of an invented adult, written at `authored_at`."""
    number = f"{random.randrange(10**8):08d}"
    payer = random.choice(_PAYERS)
    born = authored_at.date() - timedelta(days=random.randint(19 * 366, 58 * 365))
    return {
        "referral_id": f"demo|{random.randrange(10**10):010d}",
        "urgency": random.choices(("routine", "urgent", "asap"), (75, 20, 5))[0],
        "reasons": [random.choice(_REASONS)],
        "authored_at": authored_at.isoformat(),
        "patient": {
            "record_number": f"urn:carepath:demo|{number}",
            "family_name": random.choice(_FAMILY),
            "given_names": [random.choice(_GIVEN)],
            "birth_date": born.isoformat(),
            "state": random.choice(_STATES),
            "phone": f"555-01{random.randrange(100):02d}",
        },
        "coverage": {"payer": payer, "member_id": number, "kind": "private"} if payer else None,
    }
