"""carepath's processes, each started by the command and the settings of the manifests."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.deploy.files import DEPLOY
from tests.deploy.kubernetes import own_container, settings_of, workloads
from tests.deploy.tls import LOOPBACK
from tests.journeys.installation import CAREPATH, Ended, Installation, until
from workers.embedded.ports import any_free_port

OVERLAY = "self-hosted"
NAMESPACE = "clinic"
OF_OTHER_SYSTEMS = ("CAREPATH_OIDC_", "CAREPATH_MAIL_")
STARTS_WITHIN = timedelta(minutes=5)
ENDS_WITHIN = timedelta(seconds=30)

PORT_TAKEN = "is used by another program"
SHARE = DEPLOY / "image"


@dataclass(frozen=True)
class Started:
    """One process, and where it shows itself."""

    name: str
    process: asyncio.subprocess.Process
    log: Path
    metrics_port: int

    async def is_ready(self) -> bool:
        assert self.process.returncode is None, self.log.read_text()[-3000:]
        try:
            return " 200 " in (await self.shown("readyz")).splitlines()[0]
        except OSError:
            return False

    async def shown(self, path: str) -> str:
        """The whole answer, asked for without a client that would load certificates each time."""
        reader, writer = await asyncio.open_connection(LOOPBACK, self.metrics_port)
        writer.write(f"GET /{path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer.decode()

    async def until_ready(self) -> None:
        try:
            await until(self.is_ready, STARTS_WITHIN)
        except AssertionError:
            raise AssertionError(f"{self.name}: {self.log.read_text()[-3000:]}") from None

    def lost_its_port(self) -> bool:
        """It ended because somebody took the port that was free when it was chosen."""
        lines = self.log.read_text().splitlines()
        return self.process.returncode is not None and PORT_TAKEN in "".join(lines[-1:])

    async def killed(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def ended(self) -> int:
        """The exit code, after it was told to end."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(ENDS_WITHIN.total_seconds()):
            return await self.process.wait()


@dataclass
class Apart:
    """Processes of one installation; `postgres` and `temporal` are the ports that speak TLS."""

    folder: Path
    secrets: Path
    postgres: int
    temporal: int
    web_port: int = field(default_factory=any_free_port)
    running: list[Started] = field(default_factory=list)

    def told(self, name: str, data_dir: Path, login: str | None = None) -> dict[str, str]:
        """The manifest's settings, with the places of this machine."""
        said = {
            variable: value
            for variable, value in settings_of(OVERLAY).items()
            if not variable.startswith(OF_OTHER_SYSTEMS)
        }
        here = {
            "PGHOST": LOOPBACK,
            "PGPORT": str(self.postgres),
            "PGSSLROOTCERT": str(self.authority),
            "TEMPORAL_ADDRESS": f"{LOOPBACK}:{self.temporal}",
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(self.authority),
            "TEMPORAL_TLS_CLIENT_CERT_PATH": str(self.tls("carepath") / "tls.crt"),
            "TEMPORAL_TLS_CLIENT_KEY_PATH": str(self.tls("carepath") / "tls.key"),
            "TEMPORAL_TLS_SERVER_NAME": "temporal",
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "CAREPATH_PORT": str(self.web_port),
            "CAREPATH_METRICS_PORT": str(any_free_port()),
        }
        assert here.keys() <= said.keys(), "the manifests do not say it"
        user = settings_in(self.secrets / f"{login or name}.env")
        return {**said, **here, **user, "CAREPATH_DATA_DIR": str(data_dir)}

    @property
    def authority(self) -> Path:
        return self.secrets / "trust" / "ca.crt"

    def tls(self, part: str) -> Path:
        return self.secrets / "tls" / part

    @property
    def operator(self) -> Installation:
        """Where somebody works with the command, beside the API, as the auditor of the log."""
        return self.as_("reader", "operator")

    def as_(self, login: str, data_dir: str) -> Installation:
        """The command with somebody's login, on the folder of one of the processes."""
        told = self.told(login, self._data_dir(data_dir))
        return Installation(
            self.folder / data_dir, {**told, "CAREPATH_URL": f"http://{LOOPBACK}:{self.web_port}"}
        )

    async def script(self, name: str, login: str, data_dir: str) -> Ended:
        """Run one of the image's scripts to its end."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(SHARE / name)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**_bare(), **self.told(login, self._data_dir(data_dir))},
        )
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    async def start(self, name: str, number: int = 1, **otherwise: str) -> Started:
        """Start a process by the manifest's command, and do not wait for it."""
        [container] = [own_container(one) for each, one in workloads(OVERLAY) if each == name]
        told = {**self.told(name, self._data_dir(f"{name}-{number}")), **otherwise}
        log = self.folder / f"{name}-{number}.log"
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *(str(CAREPATH), *container["args"]),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env={**_bare(), **told},
            )
        started = Started(name, process, log, int(told["CAREPATH_METRICS_PORT"]))
        self.running.append(started)
        return started

    async def start_all(self, *names: str) -> list[Started]:
        """Start them at once, several of a name as one each, and wait until all are ready."""
        numbers = [names[:place].count(name) + 1 for place, name in enumerate(names)]
        started = [await self.start(*one) for one in zip(names, numbers, strict=True)]
        for one in started:
            await one.until_ready()
        return started

    async def end_all(self) -> dict[str, set[int]]:
        """The exit codes of whatever ran, by name."""
        codes: dict[str, set[int]] = {}
        for one in self.running:
            codes.setdefault(one.name, set()).add(await one.ended())
        self.running.clear()
        return codes

    def _data_dir(self, name: str) -> Path:
        """A folder of the process's own, in which the keys are those of all."""
        made = self.folder / name
        made.mkdir(mode=0o700, exist_ok=True)
        if not (made / "keys").exists():
            (made / "keys").symlink_to(self.secrets / "keys")
        return made


@asynccontextmanager
async def apart(folder: Path, secrets: Path, postgres: int, temporal: int) -> AsyncIterator[Apart]:
    """An installation whose processes are stopped at the end."""
    found = Apart(folder, secrets, postgres, temporal)
    try:
        yield found
    finally:
        for one in found.running:
            if one.process.returncode is None:
                await one.killed()


def secrets_in(folder: Path) -> Path:
    """What the script makes, with certificates that are good for this machine's own address."""
    script = DEPLOY / "compose" / "make_secrets.py"
    made = folder / "secrets"
    subprocess.run([sys.executable, script, made, "--host", LOOPBACK], check=True)
    return made


def settings_in(file: Path) -> Mapping[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def _bare() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/", "LC_ALL": "C.UTF-8"}
