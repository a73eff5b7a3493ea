"""Progress of a stack that starts or stops: a live table on a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from cli.output import people, remark
from workers.embedded.state import PartPhase, StackState
from workers.embedded.supervisor import Report

STYLES: dict[PartPhase, str] = {
    "waiting": "dim",
    "ready": "green",
    "restarting": "yellow",
    "failed": "red",
    "stopped": "dim",
}


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """What a supervisor reports to, shown until the block ends or the stack is ready."""
    if not people.is_terminal:
        yield _plain_lines(title)
        return
    live = Live(console=people, refresh_per_second=8)
    done = False

    def report(state: StackState) -> None:
        nonlocal done
        done = done or state.is_ready
        live.update(_table(title, state), refresh=True)
        if state.phase in {"starting", "stopping"} or (state.phase == "ready" and not done):
            live.start()
        else:
            live.stop()

    try:
        yield report
    finally:
        live.stop()


def _plain_lines(title: str) -> Report:
    said: set[str] = set()
    before: dict[str, str] = {}

    def report(state: StackState) -> None:
        if title not in said:
            said.add(title)
            remark(title)
        if not before and state.phase != "starting":
            before.update(dict.fromkeys(state.parts, "ready"))
        for name, part in state.parts.items():
            if part.state != before.get(name) and part.state != "waiting":
                remark(f"  {name}: {part.state}")
            before[name] = part.state
        if state.doing and state.doing not in said:
            said.add(state.doing)
            remark(f"  {state.doing}")

    return report


def _table(title: str, state: StackState) -> Table:
    table = Table.grid(padding=(0, 2))
    said = "stopping carepath" if state.phase == "stopping" else title
    table.add_row(Text(said, style="bold"))
    for name, part in state.parts.items():
        table.add_row(f"  {name}", _phase(part.state))
    if state.doing and state.phase == "starting":
        table.add_row("  ", Spinner("dots", text=state.doing))
    return table


def _phase(state: PartPhase) -> Spinner | Text:
    if state == "starting":
        return Spinner("dots", text="starting")
    return Text(state, style=STYLES.get(state, ""))
