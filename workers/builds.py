"""Builds: which workflow code a worker runs, told by its content.

Two workers of the same build can go on with each other's workflows. A release that changes nothing
that a workflow can see is the same build, and nothing has to move.
"""

import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT = "carepath"
"""All builds of carepath are versions of this one deployment."""

CODE = ("domain", "workflows", "activities")
"""Packages that are part of what a workflow does: its rules, its steps, what it exchanges."""


def build_of_this_code() -> str:
    """Twelve hexadecimal digits: SHA-256 over the names and texts of the code's modules."""
    digest = hashlib.sha256()
    for package in CODE:
        for name, text in sorted(_modules(resources.files(package), package)):
            digest.update(f"{name}\n{len(text)}\n".encode())
            digest.update(text)
    return digest.hexdigest()[:12]


def deployed_as(build: str) -> WorkerDeploymentConfig:
    """How a worker of this build takes part: workflows stay on a build until they begin anew."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def _modules(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            yield from _modules(one, f"{path}/{one.name}")
        elif one.name.endswith(".py"):
            yield f"{path}/{one.name}", one.read_bytes()
