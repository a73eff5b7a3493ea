"""The sandbox is entered to run workflows and for nothing else."""

from pathlib import Path

from temporalio.converter import WithSerializationContext

from workers.keys import ensure_keys
from workers.temporal import converter


def test_nothing_that_converts_or_encrypts_takes_the_context_that_is_left_out(
    tmp_path: Path,
) -> None:
    ours = converter(ensure_keys(tmp_path))
    for part in (ours.payload_codec, ours.payload_converter, ours.failure_converter):
        assert not isinstance(part, WithSerializationContext)
