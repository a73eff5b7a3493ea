"""The sandbox is entered to run workflows and for nothing else."""

from pathlib import Path

from temporalio.converter import WithSerializationContext, WorkflowSerializationContext

from workers.keys import ensure_keys
from workers.temporal import converter

CONTEXT = WorkflowSerializationContext(namespace="default", workflow_id="pathway-1")


def test_nothing_that_converts_or_encrypts_is_another_in_the_context_that_is_left_out(
    tmp_path: Path,
) -> None:
    ours = converter(ensure_keys(tmp_path))
    for part in (ours.payload_codec, ours.payload_converter, ours.failure_converter):
        assert part is not None
        assert in_context(part) is part


def test_all_workflows_read_payloads_by_the_same_converter(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path)
    one, other = converter(keys), converter(keys)
    assert one.payload_converter_class() is other.payload_converter_class()


def in_context(part: object) -> object:
    return part.with_context(CONTEXT) if isinstance(part, WithSerializationContext) else part
