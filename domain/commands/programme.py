"""What may be asked of a programme."""

from domain.commands.base import Command
from domain.programmes.offered import Offered


class Publish(Command):
    """Publish a version of the programme. Published versions never change."""

    definition: Offered


ProgrammeCommand = Publish
