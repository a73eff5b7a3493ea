"""Verifying the log: every row hashed and compared with the sealed tree, beside fetching it."""

from pathlib import Path
from time import perf_counter

from audit.verify import Asked, verify
from bench.log import query
from bench.reading import Rows, whole_log
from bench.rounds import Comparison
from eventstore.connect import Pool
from eventstore.seal.keyring import PUBLIC, read_ring
from eventstore.seal.sealer import seal_settled
from projections.follow import BATCH


async def verifying(pool: Pool, dsn: str, keys: Path) -> Comparison:
    """The settled log behind both, sealed here; in one process, as the reference is."""
    await seal_settled(pool, keys)
    asked = Asked(dsn, read_ring(keys / PUBLIC))

    async def verified() -> float:
        begun = perf_counter()
        found = await verify(asked, lambda _done, _total: None)
        assert found.ok, found.findings
        return found.events / (perf_counter() - begun)

    async def plain(after: int) -> Rows:
        return await pool.fetch(query("select_after"), after, BATCH)

    return Comparison(
        what="verify, one process",
        unit="events/s",
        against="keyset SELECT of the same columns",
        ours=verified,
        reference=whole_log(plain),
    )
