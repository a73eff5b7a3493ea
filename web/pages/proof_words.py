"""What an audit of the seal has found, in words: what it is, what it means, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.findings import Finding, Kind


@dataclass(frozen=True, slots=True)
class Words:
    """A title, what must have happened, and what to do now."""

    title: str
    means: str
    do: str


RESTORE = "Compare with a backup, and find out who had the database's password then."
REBUILD_SEAL = "The events are as sealed. Restore the seal's tables from a backup."
ASK_OPERATIONS = "Look at operations, and at the log of the process that seals."
OUTSIDE = "Trust what was anchored before, ask who keeps anchors, and keep this database as it is."

WORDS: Mapping[Kind, Words] = {
    "row_changed": Words(
        "An event was changed", "It does not say any more what it said when sealed.", RESTORE
    ),
    "row_missing": Words("An event was removed", "It was sealed and is gone.", RESTORE),
    "row_extra": Words(
        "An event was put in",
        "Nobody recorded it through carepath, and it was never sealed.",
        RESTORE,
    ),
    "rows_swapped": Words(
        "Two events changed places", "Each is whole, but stands where the other was.", RESTORE
    ),
    "row_moved": Words(
        "An event was renumbered", "It is whole, but stands elsewhere than sealed.", RESTORE
    ),
    "key_destroyed": Words(
        "A patient's key was destroyed",
        "The content cannot be read, and the log does not say that anybody was erased.",
        "Bring the key back from a backup of the database.",
    ),
    "key_missing": Words(
        "A patient's key is gone",
        "Events name it, and it is not among the patients' keys, destroyed or not.",
        "Bring its row back from a backup of the database.",
    ),
    "key_spoiled": Words(
        "A patient's key does not open",
        "Its row was changed past carepath, or the organisation's key is another installation's.",
        "Compare the organisation's key with its copy; then bring the row back from a backup.",
    ),
    "organisation_key_missing": Words(
        "A key of the organisation is not at hand",
        "Patients' keys say that it wraps them, and nobody can read what they encrypt without it.",
        "Put its file back. If there never was such a key, bring the rows back from a backup.",
    ),
    "rewritten": Words(
        "A part of the log was rewritten",
        "Events and the seal's hashes were both replaced; a signed root convicts them.",
        RESTORE,
    ),
    "tile_altered": Words(
        "The seal's stored hashes were altered", "The events below are as sealed.", REBUILD_SEAL
    ),
    "guard_missing": Words(
        "A guard of the log was taken away",
        "A constraint or a trigger is missing, or a table was put beside the events.",
        "Find out who had the database's password then, and restore the schema from a backup.",
    ),
    "sequence_behind": Words(
        "The log's numbers were set back",
        "The next event would get the number of one that is there.",
        "Restore the sequence from a backup, or set it to the last event's number.",
    ),
    "checkpoint_malformed": Words(
        "A checkpoint is not one", "What is stored in its place is no signed note.", REBUILD_SEAL
    ),
    "checkpoint_signature": Words(
        "A checkpoint's signature is wrong", "It was not signed as it stands here.", REBUILD_SEAL
    ),
    "checkpoint_key": Words(
        "A checkpoint is signed by a wrong key",
        "The key is unknown, or was not in force at that size.",
        "Compare the public keys with those that you were given another way.",
    ),
    "checkpoint_altered": Words(
        "A checkpoint's row was altered",
        "Its columns say other than its signed note; the note counts.",
        REBUILD_SEAL,
    ),
    "checkpoint_missing": Words(
        "A checkpoint was removed",
        "It was anchored outside, and the database does not hold it any more.",
        "The note is in the anchor's file. Restore the seal's tables from a backup.",
    ),
    "checkpoint_root": Words(
        "A checkpoint signs what the log never was",
        "Somebody with a key signed another history.",
        OUTSIDE,
    ),
    "nothing_sealed": Words(
        "Nothing is sealed", "Events wait, and the sealer seems not to run.", ASK_OPERATIONS
    ),
    "sealing_stands_still": Words(
        "Sealing stands still",
        "Events wait longer than a sealer that runs would let them.",
        ASK_OPERATIONS,
    ),
    "anchor_unreadable": Words(
        "The anchor's file cannot be read",
        "It is not this log's, or was damaged.",
        "Restore it from a copy that somebody else keeps.",
    ),
    "anchor_shortened": Words(
        "The anchor's file has lost a checkpoint", "It held one that it does not hold now.", OUTSIDE
    ),
    "cut_off": Words(
        "The end of the log was cut off",
        "More was anchored outside than the log has now.",
        "If a backup was restored, see operations; if not, events were removed.",
    ),
    "forked": Words(
        "The log was rewritten and sealed anew",
        "What was anchored outside has another root than this log.",
        OUTSIDE,
    ),
}
"""Of every kind of finding."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding for a person; `where` names its events."""

    words: Words
    where: str
    message: str


def told(finding: Finding) -> Told:
    """The finding in words."""
    where = f"Event {finding.where}" if finding.seq is not None else finding.where
    if finding.from_seq is not None:
        where = f"Events {finding.where}"
    return Told(WORDS[finding.kind], where, _sentence(finding.message))


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")
