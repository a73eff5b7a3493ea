"""What an audit of the seal finds: what it is, where in the log, and a sentence."""

from typing import Literal, Self

from pydantic import JsonValue

from domain.value import Value

Kind = Literal[
    "row_changed",
    "row_missing",
    "row_extra",
    "rows_swapped",
    "row_moved",
    "key_destroyed",
    "key_missing",
    "key_spoiled",
    "organisation_key_missing",
    "rewritten",
    "tile_altered",
    "guard_missing",
    "sequence_behind",
    "checkpoint_malformed",
    "checkpoint_signature",
    "checkpoint_key",
    "checkpoint_altered",
    "checkpoint_missing",
    "checkpoint_root",
    "nothing_sealed",
    "sealing_stands_still",
    "anchor_unreadable",
    "anchor_shortened",
    "cut_off",
    "forked",
]


class Finding(Value):
    """Something that is not as it was sealed.

    It names one event by `seq`, or the smallest range of events that can be named, both ends
    included; neither if it is not about events.
    """

    kind: Kind
    message: str
    seq: int | None = None
    from_seq: int | None = None
    to_seq: int | None = None

    @classmethod
    def at(cls, kind: Kind, first: int, last: int, message: str) -> Self:
        """A finding about the events from `first` to `last`."""
        if first == last:
            return cls(kind=kind, seq=first, message=message)
        return cls(kind=kind, from_seq=first, to_seq=last, message=message)

    @property
    def where(self) -> str:
        """The seq or the seqs, for a person."""
        if self.from_seq is not None:
            return f"{self.from_seq} to {self.to_seq}"
        return "" if self.seq is None else str(self.seq)

    @property
    def document(self) -> dict[str, JsonValue]:
        """As JSON, without what it does not name."""
        return self.model_dump(mode="json", exclude_none=True)
