"""A stack small enough to be killed in a test: a real PostgreSQL and one child that only waits.

python -m tests.stack.small_stack FOLDER
"""

import asyncio
import sys
from pathlib import Path

from tests.stack.trivial import trivial_part
from workers.embedded.parts import Composition
from workers.embedded.postgres import open_cluster
from workers.embedded.postgres_part import postgres_part
from workers.embedded.stack import choose_ports
from workers.embedded.state import StackState
from workers.embedded.supervise import supervise
from workers.settings import Settings


async def compose(settings: Settings, before: StackState) -> Composition:
    ports = choose_ports(settings, before.ports)
    cluster = open_cluster(settings.postgres_dir, durable=False)
    state = StackState(
        url=f"http://127.0.0.1:{ports['web']}",
        database_url=cluster.dsn(ports["postgres"]),
        ports=ports,
    )
    plan = (postgres_part(cluster, ports["postgres"]), trivial_part(settings.run_dir, "worker"))
    return Composition(plan, state)


if __name__ == "__main__":
    settings = Settings(data_dir=Path(sys.argv[1]), port=0)
    asyncio.run(supervise(settings, compose, lambda _state: None))
