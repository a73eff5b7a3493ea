"""The stack of carepath: which parts it has here, on which ports, in which order."""

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from workers.embedded.external import require_postgres, require_temporal, temporal_address
from workers.embedded.fingerprints import begin_keys
from workers.embedded.parts import Composition, Part, Step, nothing
from workers.embedded.ports import LOOPBACK, any_free_port, first_free_port
from workers.embedded.postgres import open_cluster
from workers.embedded.postgres_part import postgres_part
from workers.embedded.programmes import publish_shipped
from workers.embedded.schema import bring_up_to_date
from workers.embedded.state import StackState, metrics_port_of
from workers.embedded.temporal import temporal_part, ui_of
from workers.keys import Keys
from workers.ready import READY_FILE
from workers.settings import Rollout, Settings

PROCESSES = ("worker", "projector")

INTERNAL_PORTS = (
    "postgres",
    "temporal",
    "temporal_ui",
    "temporal_http",
    "temporal_metrics",
    *(metrics_port_of(name) for name in (*PROCESSES, "web")),
)

DRAINS_WITHIN = timedelta(seconds=20)
"""A worker finishes the activities that it has begun."""


async def compose(settings: Settings, before: StackState) -> Composition:
    """PostgreSQL, Temporal, worker, projector and API, without those the environment names.

    Raises `StackError`.
    """
    ports = choose_ports(settings, before.ports)
    database_url, database = _database(settings, ports)
    address, temporal = await _temporal(settings, ports)
    environment = _environment(settings, ports, database_url, address)
    url = f"http://{LOOPBACK}:{ports['web']}"
    state = StackState(
        url=url,
        database_url=database_url,
        temporal_address=address,
        temporal_ui_url=None if settings.temporal_is_external else ui_of(ports),
        ports=ports,
    )
    migration = Step(
        doing="bringing the database up to date", do=lambda: bring_up_to_date(database_url)
    )
    keys = Step(
        doing="comparing the keys with the log",
        do=lambda: begin_keys(database_url, settings.keys_dir),
    )
    processes = _processes(settings, environment, ports)
    programmes = Step(
        doing="publishing the shipped programmes",
        do=lambda: publish_shipped(url, Keys(settings.keys_dir), settings.logs_dir),
    )
    return Composition((*database, migration, keys, *temporal, processes, programmes), state)


def choose_ports(settings: Settings, before: Mapping[str, int]) -> dict[str, int]:
    """A free port for everything that listens, where possible the one it had before.

    Raises `PortTaken` if the API's port was asked for and is not free.
    """
    ports = {
        "web": first_free_port(
            settings.port, no_other=settings.port_is_chosen, before=before.get("web")
        )
    }
    for name in INTERNAL_PORTS:
        ports[name] = any_free_port(before.get(name), taken=ports.values())
    return ports


def without_password(url: str) -> str:
    """A database's URL as anybody may see it."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}"


def _database(settings: Settings, ports: Mapping[str, int]) -> tuple[str, tuple[Part | Step, ...]]:
    if settings.database_url:
        url = settings.database_url.get_secret_value()
        check = Step(
            doing="looking for the external database",
            do=lambda: require_postgres(url, without_password(url)),
        )
        return url, (check,)
    cluster = open_cluster(settings.postgres_dir)
    port = ports["postgres"]
    return cluster.dsn(port), (postgres_part(cluster, port),)


async def _temporal(
    settings: Settings, ports: Mapping[str, int]
) -> tuple[str, tuple[Part | Step, ...]]:
    if not settings.temporal_is_external:
        return f"{LOOPBACK}:{ports['temporal']}", (temporal_part(settings, ports),)
    address = await temporal_address(settings)
    check = Step(
        doing="looking for the external Temporal server", do=lambda: require_temporal(address)
    )
    return address, (check,)


def _processes(
    settings: Settings, environment: Mapping[str, str], ports: Mapping[str, int]
) -> tuple[Part, ...]:
    async def web_answers() -> bool:
        return await answers_http(ports["web"])

    def of(name: str) -> dict[str, str]:
        return {**environment, "CAREPATH_METRICS_PORT": str(ports[metrics_port_of(name)])}

    web = _process(settings, "web", of("web"), web_answers)
    return (*(_announcing(settings, name, of(name)) for name in PROCESSES), web)


def _announcing(settings: Settings, name: str, environment: Mapping[str, str]) -> Part:
    """A process that says itself when it is ready (`workers.ready`)."""
    file = settings.run_dir / f"{name}.ready"

    async def is_ready() -> bool:
        return file.exists()

    async def forget() -> None:
        file.unlink(missing_ok=True)

    return _process(settings, name, {**environment, READY_FILE: str(file)}, is_ready, forget)


def _process(
    settings: Settings,
    name: str,
    environment: Mapping[str, str],
    is_ready: Callable[[], Awaitable[bool]],
    before_start: Callable[[], Awaitable[None]] = nothing,
) -> Part:
    return Part(
        name=name,
        command=(sys.executable, "-P", "-m", "cli.main", "run", name),
        environment=environment,
        is_ready=is_ready,
        folder=settings.data_dir,
        before_start=before_start,
        ends_within=DRAINS_WITHIN if name == "worker" else timedelta(seconds=5),
    )


def _environment(
    settings: Settings, ports: Mapping[str, int], database_url: str, address: str
) -> dict[str, str]:
    """What worker, projector and API get. With our own Temporal no configuration file counts."""
    ours = {
        "CAREPATH_DATA_DIR": str(settings.data_dir),
        "CAREPATH_DATABASE_URL": database_url,
        "CAREPATH_PORT": str(ports["web"]),
        "CAREPATH_PERSONAS": str(settings.personas).lower(),
        "CAREPATH_LOG_FORMAT": "json",
        "CAREPATH_LOG_LEVEL": settings.log_level,
        "CAREPATH_ROLLOUT": _rollout(settings),
        "PYTHONUNBUFFERED": "1",
    }
    if settings.temporal_is_external:
        return {**os.environ, **ours}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TEMPORAL_")}
    temporal = {
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": settings.temporal_namespace,
        "TEMPORAL_CONFIG_FILE": os.devnull,
        "CAREPATH_TEMPORAL_UI": ui_of(ports),
    }
    return {**inherited, **ours, **temporal}


def _rollout(settings: Settings) -> Rollout:
    """Our own server has no worker but ours, so nobody waits for one of an earlier build."""
    if settings.temporal_is_external or "rollout" in settings.model_fields_set:
        return settings.rollout
    return "alone"


async def answers_http(port: int) -> bool:
    """A web server answers on this loopback port, and not with an error of its own."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            found = await client.get(f"http://{LOOPBACK}:{port}/")
    except httpx.HTTPError:
        return False
    return not found.is_server_error
