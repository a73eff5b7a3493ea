"""What a killed supervisor leaves behind, ended before the next one starts."""

import asyncio
import signal
from datetime import timedelta

from workers.embedded.processes import end_stranger, find
from workers.embedded.state import StackState

ENDS_WITHIN = timedelta(seconds=15)


async def clear_leftovers(state: StackState) -> list[str]:
    """End the recorded parts that still live, last started first; their names.

    A process that merely has the number of a recorded one is left alone.
    """
    cleared = []
    for name, part in reversed(state.parts.items()):
        process = await asyncio.to_thread(find, part.process) if part.process else None
        if process:
            signals = [signal.Signals(number) for number in part.signals]
            await end_stranger(process, signals or [signal.SIGTERM], ENDS_WITHIN)
            cleared.append(name)
    return cleared
