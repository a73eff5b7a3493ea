"""Adapters, observed: every attempt at an effect is timed and traced, by port and outcome."""

from collections.abc import Mapping

from activities.contracts import EffectRequest
from activities.ports import Adapter, Impossible, Settled, TryAgain
from workers.telemetry.metrics import timed
from workers.telemetry.spans import span_of
from workers.telemetry.telemetry import Telemetry


class ObservedAdapter:
    """An adapter of one port that is watched.

    Outcomes are those of effects, `again` for an attempt that is worth another, and `error` for one
    that its adapter did not foresee.
    """

    def __init__(self, port: str, adapter: Adapter, telemetry: Telemetry) -> None:
        self._port = port
        self._adapter = adapter
        self._telemetry = telemetry

    async def perform(self, request: EffectRequest) -> Settled:
        """Perform an effect, as the adapter itself does it."""
        with (
            span_of(self._telemetry.tracer, f"perform {self._port}"),
            timed(self._telemetry.metrics.effect_seconds, self._port) as outcome,
        ):
            try:
                settled = await self._adapter.perform(request)
            except TryAgain:
                outcome.word = "again"
                raise
            except Impossible:
                outcome.word = "failed"
                raise
            outcome.word = settled.outcome
            return settled


def observed(adapters: Mapping[str, Adapter], telemetry: Telemetry) -> dict[str, Adapter]:
    """The same adapters, watched."""
    return {port: ObservedAdapter(port, one, telemetry) for port, one in adapters.items()}
