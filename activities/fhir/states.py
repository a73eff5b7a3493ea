"""Where somebody lives: postal codes of the US states, the District of Columbia and territories."""

_NAMES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "AS": "American Samoa",
    "GU": "Guam",
    "MP": "Northern Mariana Islands",
    "PR": "Puerto Rico",
    "VI": "Virgin Islands",
}
_OTHER_NAMES = {
    "us virgin islands": "VI",
    "united states virgin islands": "VI",
    "washington dc": "DC",
}
_SPACES = str.maketrans(",-", "  ")
_UNITED_STATES = {"us", "usa", "united states", "united states of america"}


def _plain(text: str) -> str:
    return " ".join(text.replace(".", "").translate(_SPACES).casefold().split())


_CODES = (
    {code.casefold(): code for code in _NAMES}
    | {_plain(name): code for code, name in _NAMES.items()}
    | _OTHER_NAMES
)


def residence(state: str, country: str | None) -> str:
    """The state's postal code if it is one of the United States, and otherwise what was said.

    Abroad, the country goes in front as in ISO 3166-2 (`CA-ON`), so that no foreign state can be
    taken for an American one. No country means the United States.
    """
    if country is not None and _plain(country) not in _UNITED_STATES:
        return f"{country}-{state}"
    plain = _plain(state)
    return _CODES.get(plain) or _CODES.get(_without_country(plain)) or state


def _without_country(plain: str) -> str:
    """`US-FL`, as in ISO 3166-2, and `Florida, USA` without the country."""
    plain = plain.removeprefix("us ")
    endings = (f" {country}" for country in _UNITED_STATES)
    return next((plain.removesuffix(each) for each in endings if plain.endswith(each)), plain)
