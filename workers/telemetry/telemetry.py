"""What one process is observed with: its metrics and its tracer."""

from dataclasses import dataclass, field

from opentelemetry.trace import NoOpTracer, Tracer

from workers.telemetry.metrics import Metrics


@dataclass(frozen=True)
class Telemetry:
    """Metrics are always counted, for that costs little; spans go where the tracer sends them.

    `temporal_port` is where Temporal's library is to show its own metrics, on loopback.
    """

    metrics: Metrics = field(default_factory=Metrics)
    tracer: Tracer = field(default_factory=NoOpTracer)
    temporal_port: int | None = None

    @property
    def traces(self) -> bool:
        """Whether anybody takes the spans."""
        return not isinstance(self.tracer, NoOpTracer)
