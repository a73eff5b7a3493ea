"""The Compose file: everything on one machine, each part confined, TLS between all of them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from cli.stack import Process
from tests.deploy.files import BIN, DEPLOY, PROCESSES, Document, document
from tests.deploy.settings import known

COMPOSE = DEPLOY / "compose"
FILE = COMPOSE / "compose.yaml"

INSIDE = re.compile(r"^\./secrets/(.+)$")


@pytest.fixture(scope="module")
def services() -> dict[str, Document]:
    found: dict[str, Document] = document(FILE)["services"]
    return found


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the script makes for this file."""
    folder = tmp_path_factory.mktemp("installation") / "secrets"
    subprocess.run([sys.executable, COMPOSE / "make_secrets.py", folder], check=True)
    return folder


def mounts(service: Document) -> Iterator[tuple[str, str, str]]:
    """From where, to where, and how; a name without a path is a volume."""
    for mount in service.get("volumes", ()):
        source, target, *how = mount.split(":")
        yield source, target, how[0] if how else "rw"


def of_carepath(services: dict[str, Document]) -> dict[str, Document]:
    return {name: one for name, one in services.items() if one["image"].startswith("carepath:")}


def test_the_file_is_of_its_schema() -> None:
    checked = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_each_process_is_started_by_its_command(services: dict[str, Document]) -> None:
    started = {name: one["command"] for name, one in services.items() if name in PROCESSES}
    assert started == {name: ["run", name] for name in get_args(Process)}


def test_one_image_runs_all_of_carepath(services: dict[str, Document]) -> None:
    ours = of_carepath(services)
    assert set(ours) == {*PROCESSES, "migrate", "publish"}
    assert len({one["image"] for one in ours.values()}) == 1
    assert not any("user" in one for one in ours.values())


def test_every_part_that_can_be_is_confined(services: dict[str, Document]) -> None:
    """PostgreSQL becomes its own user at start, and Temporal writes its configuration."""
    open_to_writing = {name for name, one in services.items() if not one.get("read_only")}
    assert open_to_writing == {"postgres", "temporal"}
    for name, one in services.items():
        if name != "postgres":
            assert one["cap_drop"] == ["ALL"], name
            assert one["security_opt"] == ["no-new-privileges:true"], name


def test_nothing_listens_but_on_this_machine(services: dict[str, Document]) -> None:
    published = [port for one in services.values() for port in one.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_carepath_is_reached_through_its_proxy_alone(services: dict[str, Document]) -> None:
    for name in PROCESSES:
        assert services[name]["network_mode"] == "service:edge"
        assert "ports" not in services[name]
    conf = (COMPOSE / "edge.conf").read_text(encoding="utf-8")
    assert re.findall(r"listen (.+);", conf) == ["8443 ssl", "9443 ssl"]
    assert "access_log off;" in conf
    assert re.findall(r"error_log (.+);", conf) == ["stderr emerg"], "it would tell paths"
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in conf


def test_the_proxy_leads_to_the_ports_where_processes_show_themselves(
    services: dict[str, Document],
) -> None:
    conf = (COMPOSE / "edge.conf").read_text(encoding="utf-8")
    led = dict(
        re.findall(r"location = /(\w+) \{ proxy_pass http://127.0.0.1:(\d+)/metrics; \}", conf)
    )
    shown = {name: services[name]["environment"]["CAREPATH_METRICS_PORT"] for name in PROCESSES}
    assert led == shown
    assert len(set(shown.values())) == len(PROCESSES)


def test_prometheus_looks_at_every_process(services: dict[str, Document]) -> None:
    said = document(COMPOSE / "prometheus.yaml")
    assert {one["job_name"]: one["metrics_path"] for one in said["scrape_configs"]} == {
        f"carepath-{name}": f"/{name}" for name in PROCESSES
    }
    mounted = {target for _, target, _ in mounts(services["prometheus"])}
    assert set(said["rule_files"]) <= mounted
    for one in said["scrape_configs"]:
        assert one["scheme"] == "https"
        assert one["honor_labels"] is True


def test_every_variable_is_one_that_somebody_reads(services: dict[str, Document]) -> None:
    told = {
        variable
        for one in of_carepath(services).values()
        for variable in one.get("environment", ())
    }
    assert told - known() == set()


def test_everything_speaks_tls_and_checks_whom_it_speaks_to(
    services: dict[str, Document],
) -> None:
    for name in ("migrate", "logins", "temporal-login", *PROCESSES):
        environment = services[name]["environment"]
        assert environment["PGSSLMODE"] == "verify-full"
        assert environment["PGSSLROOTCERT"] == "/run/trust/ca.crt"
    for name in ("worker", "web", "temporal-namespace"):
        assert services[name]["environment"]["TEMPORAL_TLS"] == "true"
    temporal = services["temporal"]["environment"]
    assert temporal["SQL_TLS_ENABLED"] == temporal["SQL_HOST_VERIFICATION"] == "true"
    assert temporal["TEMPORAL_TLS_REQUIRE_CLIENT_AUTH"] == "true"


def test_postgresql_takes_nobody_without_tls_from_elsewhere() -> None:
    lines = (COMPOSE / "pg_hba.conf").read_text(encoding="utf-8").splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}
    plain = [rule for rule in rules if rule[0] == "host"]
    assert {rule[3] for rule in plain} == {"127.0.0.1/32", "::1/128"}


def test_what_is_mounted_is_there(services: dict[str, Document], secrets: Path) -> None:
    volumes = document(FILE)["volumes"]
    for name, one in services.items():
        for source, _, how in mounts(one):
            inside = INSIDE.match(source)
            if inside:
                assert (secrets / inside[1]).exists(), (name, source)
                assert how == "ro", (name, source)
            elif source.startswith("."):
                assert (COMPOSE / source).exists(), (name, source)
                assert how == "ro", (name, source)
            else:
                assert source in volumes


def test_no_password_stands_in_the_file(services: dict[str, Document], secrets: Path) -> None:
    files = [file for one in services.values() for file in one.get("env_file", ())]
    files += [one["file"] for one in document(FILE)["secrets"].values()]
    made = {INSIDE.match(file) for file in files}
    assert all(one and (secrets / one[1]).is_file() for one in made)
    told = json.dumps([one.get("environment", {}) for one in services.values()])
    assert "PGPASSWORD" not in told
    assert "POSTGRES_PWD" not in told


def test_each_process_logs_in_as_somebody_of_its_own(
    services: dict[str, Document], secrets: Path
) -> None:
    users = {}
    for name in (*PROCESSES, "migrate"):
        [file] = services[name]["env_file"]
        users[name] = _read(secrets / file.removeprefix("./secrets/"))["PGUSER"]
    assert len(set(users.values())) == len(users)
    logins = (DEPLOY / "roles" / "logins.sql").read_text(encoding="utf-8")
    made = set(re.findall(r"CREATE ROLE (\w+) LOGIN", logins))
    assert {users[name] for name in PROCESSES} <= made


def test_passwords_of_logins_are_those_that_processes_use(secrets: Path) -> None:
    logins = _read(secrets / "logins.env")
    assert logins["APPENDER_PASSWORD"] == _read(secrets / "worker.env")["PGPASSWORD"]
    assert logins["READER_PASSWORD"] == _read(secrets / "reader.env")["PGPASSWORD"]
    script = (COMPOSE / "logins.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"\$(\w+_PASSWORD)", script)) == logins.keys()


def test_only_what_must_be_reached_has_a_way_out(services: dict[str, Document]) -> None:
    networks: dict[str, Any] = document(FILE)["networks"]
    out = {name for name, one in networks.items() if not one.get("internal")}
    assert out == {"front"}
    assert {name for name, one in services.items() if "front" in one.get("networks", ())} == {
        "edge",
        "grafana",
    }


def _read(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)
