"""What may be asked of a programme."""

from domain.commands.base import Command
from domain.programmes.definition import Definition


class Publish(Command):
    """Publish a version of the programme. Published versions never change."""

    definition: Definition


ProgrammeCommand = Publish
