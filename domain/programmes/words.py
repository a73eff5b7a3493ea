"""The words in which the parts of a definition are written."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
Length = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=3660))]
