"""The keys under which carepath encrypts what Temporal stores, as files: `temporal.key` and later.

`temporal.key` is the first, whose id is `1`; `temporal-ID.key` are those that followed, 32 random
bytes each. `temporal-current` names the one that encrypts, and without it the first does. Nothing
here imports Temporal's library, which may crash a short-lived command at exit.
"""

import re
import secrets
from collections.abc import Mapping

from workers.keys import KEY_BYTES, Keys, write_once

FIRST = "1"
CURRENT = "temporal-current"

_ID = re.compile(r"[0-9a-f]{8}")


def temporal_keys(keys: Keys) -> Mapping[str, bytes]:
    """The keys by id."""
    followed = {
        path.stem.removeprefix("temporal-"): path.read_bytes()
        for path in sorted(keys.folder.glob("temporal-*.key"))
    }
    found = {id_: key for id_, key in followed.items() if _ID.fullmatch(id_)}
    return {FIRST: keys.temporal.read_bytes(), **found}


def current_id(keys: Keys) -> str:
    """The id of the key that encrypts."""
    file = keys.folder / CURRENT
    return file.read_text(encoding="ascii").strip() if file.exists() else FIRST


def make_next_key(keys: Keys) -> str:
    """Make another key; its id. A process that is started from now on encrypts under it.

    The keys before it stay: histories that they encrypted are read with them.
    """
    key_id = secrets.token_hex(4)
    write_once(keys.folder / f"temporal-{key_id}.key", secrets.token_bytes(KEY_BYTES))
    chosen = keys.folder / f".{CURRENT}.{key_id}"
    write_once(chosen, key_id.encode())
    chosen.replace(keys.folder / CURRENT)
    return key_id
