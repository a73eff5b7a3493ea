"""Ids: those of patients' pathways, which say nothing of them, and whether an id can be one."""

import hashlib
import hmac
import re
import unicodedata
from uuid import UUID

from domain.deciders import UnknownEntity

_ENTITY = re.compile(
    r"pathway-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|programme-[a-z][a-z0-9_-]{0,59}"
)


def pathway_id(identity_key: bytes, record_number: str, programme_id: str, ordinal: int) -> str:
    """The id of a patient's pathway through a programme; `ordinal` counts from 0.

    It follows from the record number, so that the same patient is found again, but only with the
    installation's key: RFC 9562 version 8, filled with HMAC-SHA-256.
    """
    subject = f"{_normalised(record_number)}/{programme_id}/{ordinal}"
    digest = hmac.digest(identity_key, subject.encode(), hashlib.sha256)
    return f"pathway-{_version_8(digest[:16])}"


def known_form(entity_id: str) -> str:
    """The id, if one of that form can be an entity's. Raises `UnknownEntity`."""
    if not _ENTITY.fullmatch(entity_id):
        raise UnknownEntity(entity_id)
    return entity_id


def _normalised(record_number: str) -> str:
    """The same number however it was typed: Unicode form and spaces differ, letters do not.

    Upper and lower case stay apart: some systems give numbers that differ in nothing else, and
    taking two patients for one would lose a referral.
    """
    return " ".join(unicodedata.normalize("NFKC", record_number).split())


def _version_8(sixteen: bytes) -> UUID:
    number = int.from_bytes(sixteen)
    number = number & ~(0xF << 76) | 0x8 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=number)
