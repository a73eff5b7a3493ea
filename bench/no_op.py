"""The cheapest workflow that takes an Update: what Temporal itself costs."""

from temporalio import workflow

from domain.commands.submission import Submission


@workflow.defn(name="BenchNoOp")
class NoOp:
    """Lives until it is told to end, and answers every Update at once."""

    def __init__(self) -> None:
        self._ended = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._ended)

    @workflow.update
    async def touch(self, submission: Submission) -> str:
        """Take the same argument as a command does, and do nothing."""
        return submission.command

    @workflow.signal
    def end(self) -> None:
        self._ended = True
