"""What `up --demo` does once: a log without any patient gets the synthetic clinic's history."""

import asyncio

from cli import output
from workers.embedded.errors import DemoFailed
from workers.embedded.running import supervisor_command
from workers.embedded.schema import holds_a_pathway
from workers.embedded.state import StackState
from workers.settings import Settings

SAYS = (
    "inventing a clinic: 80 patients and their groups live through 18 months, and their history is "
    "imported. That takes half a minute where nothing else runs, and is done once"
)


async def import_demo_into_empty_log(settings: Settings, stack: StackState) -> None:
    """Run `carepath demo` on the running stack unless its log holds a pathway already.

    Raises `DemoFailed`.
    """
    if stack.database_url is None or await holds_a_pathway(stack.database_url):
        return
    output.remark(SAYS)
    command = supervisor_command(["demo", "--data-dir", str(settings.data_dir)])
    importing = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    try:
        code = await importing.wait()
    finally:
        if importing.returncode is None:
            importing.terminate()
    if code != 0:
        raise DemoFailed(code)
