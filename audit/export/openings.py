"""The keys of what is handed out whole, so that whoever gets it can decrypt what was sealed."""

import base64
from collections.abc import Iterable
from uuid import UUID

from eventstore.connect import Pool
from eventstore.encryption.patient_cipher import patient_key
from eventstore.encryption.sql import query
from eventstore.encryption.wrapping import KeyWrapper
from eventstore.errors import store_errors


async def openings(pool: Pool, wrapper: KeyWrapper, key_ids: Iterable[UUID]) -> dict[str, str]:
    """The secret of each key by the key's id, in base64; none of a key that was destroyed.

    Raises `OrganisationKeyMissing`, `StoreUnavailable`.
    """
    with store_errors():
        rows = await pool.fetch(query("keys_by_id"), list(key_ids))
    found = {}
    for key in map(patient_key, rows):
        if key.wrapped and not key.destroyed_at:
            secret = await wrapper.unwrap(key.wrapped, key.owner)
            found[str(key.owner.key_id)] = base64.b64encode(secret).decode()
    return found
