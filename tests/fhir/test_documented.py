"""docs/fhir.md: the mapping, the scopes and the outcomes that it names are those of the code."""

import re

from tests.docs.pages import ROOT, Page
from web.body import ARRIVES_WITHIN
from web.fhir.capability import RESOURCES
from web.issued_tokens import TokenRefused
from web.rights.scopes import RECORD_TYPES, SCOPES

PAGE = Page(ROOT / "docs" / "fhir.md")


def test_every_scope_is_on_the_page_and_no_other() -> None:
    named = set(re.findall(r"`system/(\w+)\.([a-z])`", PAGE.prose))
    assert named == set(SCOPES)


def test_every_type_of_the_mapping_is_in_the_table() -> None:
    rows = re.findall(r"^\| [^|`]+ \| `(\w+)`", PAGE.prose, re.MULTILINE)
    assert set(rows) == {*RECORD_TYPES, "Group", "ServiceRequest"}


def test_every_interaction_is_in_the_table() -> None:
    assert all(f"`/fhir/{one['type']}" in PAGE.prose for one in RESOURCES)


def test_the_outcomes_of_tokens_and_the_limits_are_told() -> None:
    assert all(f"`{one.code}`" in PAGE.prose for one in TokenRefused.__subclasses__())
    assert f"within {ARRIVES_WITHIN.seconds} seconds" in PAGE.prose
