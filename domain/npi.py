"""National Provider Identifiers: ten digits, the last of which checks the others."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_ISSUER = "80840"
"""Stands before every NPI when its check digit is computed (45 CFR 162.406; ISO/IEC 7812)."""


def _checked(npi: str) -> str:
    digits = [int(digit) for digit in reversed(_ISSUER + npi)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    if (sum(digits[0::2]) + sum(doubled)) % 10:
        raise PydanticCustomError("npi", "The check digit of this NPI is wrong: look it up again.")
    return npi


Npi = Annotated[str, Field(pattern=r"^[12][0-9]{9}$"), AfterValidator(_checked)]
