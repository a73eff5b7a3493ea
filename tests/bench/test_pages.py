"""The measurement of the pages asks for all that there are."""

import pytest

from bench import pages


def test_every_page_has_an_address_to_be_measured_at() -> None:
    assert len(pages.addresses()) > len(pages.ADDRESSES)


@pytest.mark.parametrize("wrong", [{"/groups/{group_id}": None}, {"/gone/{id}": ("/gone/1",)}])
def test_a_page_without_an_address_and_an_address_without_a_page_are_named(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, tuple[str, ...] | None]
) -> None:
    changed = {**pages.ADDRESSES, **wrong}
    kept = {path: told for path, told in changed.items() if told is not None}
    monkeypatch.setattr(pages, "ADDRESSES", kept)

    with pytest.raises(LookupError, match=next(iter(wrong)).partition("{")[0]):
        pages.addresses()
