"""Ids: those of patients' pathways, which say nothing of them, and whether an id can be one."""

import hashlib
import hmac
import unicodedata
from uuid import UUID, uuid5

from domain.deciders import UnknownEntity
from domain.identity import well_formed

NEW = "new"
"""Stands in place of the UUID where an entity is to be brought into being: `group-new`."""


def pathway_id(identity_key: bytes, record_number: str, programme_id: str, ordinal: int) -> str:
    """The id of a patient's pathway through a programme; `ordinal` counts from 0.

    It follows from the record number, so that the same patient is found again, but only with the
    installation's key: RFC 9562 version 8, filled with HMAC-SHA-256.
    """
    subject = f"{_normalised(record_number)}/{programme_id}/{ordinal}"
    return f"pathway-{hidden_id(identity_key, subject)}"


def hidden_id(identity_key: bytes, subject: str) -> UUID:
    """A UUID that follows from the subject, for whoever has the installation's key."""
    return _version_8(hmac.digest(identity_key, subject.encode(), hashlib.sha256)[:16])


def known_form(entity_id: str) -> str:
    """The id, if one of that form can be an entity's. Raises `UnknownEntity`."""
    if not well_formed(entity_id):
        raise UnknownEntity(entity_id)
    return entity_id


def addressed(entity_id: str, command_id: UUID) -> str:
    """The id of whom a command is for; a new entity's follows from the command's.

    So the same command sent again brings nothing else into being. Raises `UnknownEntity`.
    """
    kind, _, name = entity_id.partition("-")
    return known_form(f"{kind}-{uuid5(command_id, kind)}" if name == NEW else entity_id)


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
