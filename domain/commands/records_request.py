"""What may be asked of a patient's request for their records."""

from domain.commands.base import Command, Dated, MeetDeadline, SettleEffect
from domain.events.records_request import DenialGround, Fulfilment, RequestKind
from domain.identity import PathwayId
from domain.programmes.label import ProgrammeRef
from domain.value import Instant, Text


class Receive(Command):
    """Record that a patient asks for their records, or for an amendment, and when they did.

    The programme version (`mbt-g@1`) says by when it is to be answered.
    """

    pathway_id: PathwayId
    programme: ProgrammeRef
    kind: RequestKind
    received_at: Instant


class Extend(Command):
    """Extend the due date, once, for a reason that the patient is told in writing."""

    reason: Text


class Fulfil(Dated):
    """Record what the patient was given, or what was amended, and how."""

    what: Text
    how: Fulfilment


class Deny(Dated):
    """Record that the request is denied, on which ground, and what the patient was told."""

    ground: DenialGround
    reason: Text


class Withdraw(Dated):
    """Record that the patient does not want it any more."""

    reason: Text


class Erase(Command):
    """Give up what the request says of the patient. Sent by their pathway when it is erased."""


RecordsRequestCommand = (
    Receive | Extend | Fulfil | Deny | Withdraw | Erase | MeetDeadline | SettleEffect
)
