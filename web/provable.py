"""Where a proof comes from: the log's database and its public keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from audit.asked import Asked
from eventstore.encryption.key_ring import key_ring_at_hand
from eventstore.seal.keyring import KeyRing, read_ring
from eventstore.seal.note import Verifier
from eventstore.seal.state import PATIENCE_AT_LEAST
from web.errors import NotFound


class NotProvable(NotFound):
    """This process does not know the log's public keys."""

    def __init__(self) -> None:
        super().__init__(
            "This process was not told where the log's public keys are. Ask whoever runs carepath; "
            "`carepath audit verify` does the same on the machine that has them."
        )


@dataclass(frozen=True)
class Provable:
    """`dsn` is that of the log's database, `keys` the file of its public keys.

    Where the organisation's keys lie in the same folder, patients' keys are verified too.

    `anchor` gives the checkpoints' file outside the database, if there is one yet; an event may
    wait for the sealer as long as its `patience`.
    """

    dsn: str
    keys: Path
    anchor: Callable[[], Path | None] = lambda: None
    patience: timedelta = PATIENCE_AT_LEAST

    def ring(self) -> KeyRing:
        """Raises `KeyRingMissing`, `KeyMalformed`."""
        return read_ring(self.keys)

    def asked(self, since: int) -> Asked:
        """What to verify: the log since a checkpoint's size, 0 for all of it."""
        anchor = self.anchor()
        return Asked(
            dsn=self.dsn,
            ring=self.ring(),
            anchor=anchor,
            own_anchor=anchor is not None,
            since=since,
            patience=self.patience,
            wrapper=key_ring_at_hand(self.keys.parent),
        )


def fingerprint(key: Verifier) -> str:
    """What the verifier of a bundle prints of a key, to compare it by telephone."""
    digest = sha256(key.public).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))
