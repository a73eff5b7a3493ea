"""The server that skips time, as the tests of workflows have it."""

from tests.workflows.conftest import skipping

__all__ = ["skipping"]
