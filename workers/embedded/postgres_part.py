"""PostgreSQL as a part of the stack: cleared, made, started, and given carepath's database."""

from datetime import timedelta

from workers.embedded.parts import Part
from workers.embedded.postgres import (
    SIGNALS,
    Cluster,
    answers,
    ensure_database,
    ensure_initialised,
)
from workers.embedded.postgres_leftover import clear_leftover

ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}
ENDS_WITHIN = timedelta(seconds=20)


def postgres_part(cluster: Cluster, port: int) -> Part:
    """The server of this cluster on a loopback port."""

    async def prepare() -> None:
        await clear_leftover(cluster)
        await ensure_initialised(cluster)

    async def is_ready() -> bool:
        if not await answers(cluster.dsn(port, "postgres")):
            return False
        await ensure_database(cluster, port)
        return True

    return Part(
        name="postgres",
        command=cluster.command(port),
        environment=ENVIRONMENT,
        is_ready=is_ready,
        folder=cluster.folder,
        before_start=prepare,
        account=cluster.account,
        signals=SIGNALS,
        ends_within=ENDS_WITHIN,
    )
