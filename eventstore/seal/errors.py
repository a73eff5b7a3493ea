"""What can go wrong with the seal, and what to do then."""

from pathlib import Path
from uuid import UUID

from eventstore.errors import EventStoreError


class SealError(EventStoreError):
    """The base of every error of the seal."""


class NoteMalformed(SealError):
    """A text is not a signed note, or not the checkpoint that it should be."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this is not a signed checkpoint ({why}): take the note as it was issued")
        self.why = why


class KeyMalformed(SealError):
    """A text is not a verifier key, `name+id+base64`."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"this is not a verifier key ({why}): copy the line from the file of the seal's keys"
        )
        self.why = why


class KeyUnknown(SealError):
    """Nobody who signed the note is known here."""

    def __init__(self, signers: tuple[str, ...]) -> None:
        super().__init__(
            f"the note is signed by {', '.join(signers)} only, and by no key that is known here: "
            "give the file with the log's verifier keys"
        )
        self.signers = signers


class SignatureWrong(SealError):
    """A known key's signature does not belong to the text."""

    def __init__(self, signer: str) -> None:
        super().__init__(f"the signature of {signer} does not belong to this text: do not trust it")
        self.signer = signer


class KeyNotInForce(SealError):
    """A key has signed a checkpoint of a size at which another key was in force."""

    def __init__(self, signer: str, size: int) -> None:
        super().__init__(
            f"{signer} was not in force at size {size}: somebody signed with a retired key, "
            "or the file of keys is not this log's"
        )
        self.signer = signer
        self.size = size


class ProofWrong(SealError):
    """A proof does not lead to the root that the checkpoint signs."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the proof does not hold: {why}")
        self.why = why


class ProofMalformed(SealError):
    """A text is not a proof in a format that is known here."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this is not a proof ({why}): take the file as `audit prove` wrote it")
        self.why = why


class NothingSealed(SealError):
    """There is no checkpoint yet."""

    def __init__(self) -> None:
        super().__init__("nothing is sealed yet: start the sealer with `carepath run sealer`")


class EventNotSealed(SealError):
    """The event is not in the tree."""

    def __init__(self, event: UUID | int) -> None:
        super().__init__(
            f"event {event} is not sealed: there is no such event, or it is younger than the last "
            "checkpoint; wait for the next one, or run `carepath audit verify`"
        )
        self.event = event


class NotACheckpoint(SealError):
    """The tree was not signed at this size."""

    def __init__(self, size: int, before: int | None, after: int | None) -> None:
        near = " and ".join(str(one) for one in (before, after) if one is not None) or "none"
        super().__init__(f"no checkpoint has size {size}; the nearest: {near}")
        self.size = size
        self.before = before
        self.after = after


class TilesMissing(SealError):
    """Tiles that the tree needs are not there, or too short."""

    def __init__(self, level: int, index: int) -> None:
        super().__init__(
            f"tile {index} of level {level} is missing or too short: run `carepath audit verify`"
        )
        self.level = level
        self.index = index


class SealBroken(SealError):
    """The tree does not fit what was signed last, so nothing more is signed."""

    def __init__(self, size: int, why: str) -> None:
        super().__init__(
            f"sealing stands still at size {size} because {why}: "
            "run `carepath audit verify`, and do not delete anything"
        )
        self.size = size
        self.why = why


class SecretMissing(SealError):
    """The key that is to sign has no secret here, or another one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is not there, or is not the secret of the key in force at this size: "
            "bring it back, or make another key with `carepath seal rotate-key`"
        )
        self.path = path


class KeyRingMissing(SealError):
    """There is no file of the seal's keys."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no {path.name}: start the sealer once, or give --keys FILE")
        self.path = path


class SealingNotAllowed(SealError):
    """The login has no right to seal."""

    def __init__(self) -> None:
        super().__init__(
            "this login may not seal: run `carepath run sealer` with a login in carepath_sealer, "
            "after `carepath roles apply`"
        )


_ACCEPT = (
    "Nothing is sealed until this is decided. Run `carepath audit verify`; only if the loss is "
    "known and explained, run `carepath seal accept`, which keeps the file under another name"
)


class AnchorAhead(SealError):
    """The sealer's own anchor holds more than the log."""

    def __init__(self, path: Path, anchored: int, size: int) -> None:
        super().__init__(
            f"{path.name} holds a checkpoint of size {anchored}, and this log is sealed to {size} "
            f"only: an old backup was restored, or its end was cut off. {_ACCEPT}"
        )
        self.anchored = anchored
        self.size = size


class AnchorForked(SealError):
    """The sealer's own anchor holds another history."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(
            f"{path.name} holds a checkpoint of size {size} with another root than this log: an "
            f"old backup was restored and went on, or the log was rewritten. {_ACCEPT}"
        )
        self.size = size


class AnchorUnreadable(SealError):
    """The sealer's own anchor says nothing that could be compared."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} cannot be compared with this log ({why}). {_ACCEPT}")
        self.why = why
