"""The label of a programme's published version: `mbt-g@1`."""

from typing import Annotated

from pydantic import Field

ProgrammeRef = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*@[1-9][0-9]{0,8}$", max_length=80)]
"""A programme and one of its versions."""


def programme_of(label: str | None) -> str:
    """The programme's id, without the version; empty where there is no label."""
    return (label or "").partition("@")[0]
