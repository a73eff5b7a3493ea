"""The overlays, merged: what each pod may do, whom it reaches, and where its secrets are."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from eventstore.seal.keyring import PUBLIC
from tests.deploy.files import PROCESSES, ROOT, documents
from tests.deploy.kubernetes import (
    KUBERNETES,
    OVERLAYS,
    each_overlay,
    named,
    objects,
    own_container,
    selects,
    settings_of,
    workloads,
)
from tests.deploy.kustomize import containers, pod_of


@each_overlay
def test_every_container_is_confined(overlay: str) -> None:
    for _, one in workloads(overlay):
        pod = pod_of(one) or {}
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in containers(one):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]


@each_overlay
def test_no_secret_stands_in_a_manifest(overlay: str) -> None:
    assert objects(overlay, "Secret") == []
    for _, one in workloads(overlay):
        for container in containers(one):
            for variable in container.get("env", ()):
                assert "value" not in variable, variable
                assert "secretKeyRef" in variable["valueFrom"]
    secret = re.compile(r"password|secret|token|key", re.IGNORECASE)
    said = {name: value for name, value in settings_of(overlay).items() if secret.search(name)}
    assert all(value.startswith("/") for value in said.values()), said


@each_overlay
def test_each_process_logs_in_as_somebody_of_its_own(overlay: str) -> None:
    used = {}
    for name, one in workloads(overlay):
        variables = own_container(one)["env"]
        used[name] = {
            each["valueFrom"]["secretKeyRef"]["name"]
            for each in variables
            if each["name"].startswith("PG")
        }
    logins = [login for each in used.values() for login in each]
    assert len(logins) == len(set(logins)) == len(used)
    assert used["migrate"] == {"carepath-database-owner"}


@each_overlay
def test_only_the_sealer_has_the_keys_that_sign(
    overlay: str,
) -> None:
    knowing = set()
    for name, one in workloads(overlay):
        volumes = {volume["name"]: volume for volume in (pod_of(one) or {})["volumes"]}
        sources = volumes["keys"]["projected"]["sources"]
        for source in sources:
            if source["secret"]["name"] == "carepath-seal-keys":
                knowing.add(name)
                if name != "sealer":
                    assert [item["key"] for item in source["secret"]["items"]] == [PUBLIC]
    assert knowing == {"sealer", "worker", "web", "migrate"}


@each_overlay
def test_postgresql_and_temporal_are_reached_by_tls_alone(overlay: str) -> None:
    said = settings_of(overlay)
    assert said["PGSSLMODE"] == "verify-full"
    assert said["PGSSLROOTCERT"] == "/run/trust/postgres/ca.crt"
    assert said["TEMPORAL_TLS"] == "true"


def test_temporal_s_own_cluster_is_shown_a_certificate_and_the_cloud_a_key() -> None:
    for name in ("worker", "web"):
        own = {over: own_container(dict(workloads(over))[name]) for over in OVERLAYS}
        mounted = {mount["mountPath"] for mount in own["self-hosted"]["volumeMounts"]}
        files = [
            Path(value)
            for variable, value in settings_of("self-hosted").items()
            if variable.startswith("TEMPORAL_TLS") and variable.endswith("_PATH")
        ]
        assert len(files) == 3
        assert {str(file.parent) for file in files} <= mounted
        keys = {each["name"] for each in own["temporal-cloud"]["env"]}
        assert "TEMPORAL_API_KEY" in keys


@each_overlay
def test_nobody_speaks_to_anybody_unless_it_is_said(overlay: str) -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in objects(overlay, "NetworkPolicy")}
    assert policies["carepath-nobody"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    for name, spec in policies.items():
        for rule in (*spec.get("egress", ()), *spec.get("ingress", ())):
            assert rule["ports"], name
            assert rule.get("to") or rule.get("from"), name


def ports_of(overlay: str, component: str, direction: str) -> set[int]:
    labels = dict(workloads(overlay))[component]["spec"]["template"]["metadata"]["labels"]
    return {
        port["port"]
        for one in objects(overlay, "NetworkPolicy")
        if selects(one["spec"]["podSelector"], labels)
        for rule in one["spec"].get(direction, ())
        for port in rule["ports"]
    }


@each_overlay
def test_each_process_reaches_what_it_needs_and_no_more(overlay: str) -> None:
    dns, postgres, temporal, https, mail = 53, 5432, 7233, 443, 587
    assert {name: ports_of(overlay, name, "egress") for name, _ in workloads(overlay)} == {
        "worker": {dns, postgres, temporal, https, mail},
        "web": {dns, postgres, temporal, https},
        "sealer": {dns, postgres, https},
        "projector": {dns, postgres},
        "migrate": {dns, postgres},
    }
    assert {name: ports_of(overlay, name, "ingress") for name in PROCESSES} == {
        "worker": {9443},
        "projector": {9443},
        "sealer": {9443},
        "web": {8443, 9443},
    }


@each_overlay
def test_only_the_proxy_has_ports_and_it_speaks_tls(overlay: str) -> None:
    for name, one in workloads(overlay):
        assert "ports" not in own_container(one)
        if name == "migrate":
            continue
        [proxy] = [each for each in containers(one) if each["name"] == "tls"]
        assert proxy["restartPolicy"] == "Always"
        [volume] = [
            each for each in (pod_of(one) or {})["volumes"] if each["name"] == "tls-settings"
        ]
        said = "".join(named(overlay, "ConfigMap", volume["configMap"]["name"])["data"].values())
        assert set(re.findall(r"listen (.+);", said)) == {
            f"{port['containerPort']} ssl" for port in proxy["ports"]
        }
        assert "access_log off;" in said
        assert re.findall(r"error_log (.+);", said) == ["stderr emerg"], "it would tell paths"
        assert set(re.findall(r"proxy_pass (\S+);", said)) <= {
            f"http://127.0.0.1:{settings_of(overlay)['CAREPATH_METRICS_PORT']}",
            f"http://127.0.0.1:{settings_of(overlay)['CAREPATH_PORT']}",
        }


@each_overlay
def test_what_a_browser_says_of_its_address_counts_for_nothing(overlay: str) -> None:
    """carepath believes the proxy beside it, so the proxy must say who asks itself."""
    pages = named(overlay, "ConfigMap", "carepath-tls-web")["data"]["pages.conf"]
    assert "proxy_set_header X-Forwarded-For " in pages
    assert "proxy_set_header X-Forwarded-Proto https;" in pages


@each_overlay
def test_the_page_lists_every_secret_and_trust_that_an_operator_makes(overlay: str) -> None:
    made = {one["metadata"]["name"] for one in objects(overlay, "ConfigMap")}
    theirs = referred(objects(overlay)) - made
    page = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    assert "carepath-keys" in theirs
    assert {name for name in theirs if f"| `{name}` |" not in page} == set()


def test_commands_of_the_page_keep_the_keys_that_sign_from_everybody_else(tmp_path: Path) -> None:
    for name in (PUBLIC, "seal-1a2b.key", "identity.key", "tokens.json"):
        (tmp_path / "keys").mkdir(exist_ok=True)
        (tmp_path / "keys" / name).touch()
    kubectl = tmp_path / "kubectl"
    kubectl.write_text('#!/bin/sh\necho "$@" >> said\n')
    kubectl.chmod(0o700)
    page = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ (kubectl create secret generic \S+keys .+)$", page, re.MULTILINE)
    for line in lines:
        path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, env=path, check=True)

    said = (tmp_path / "said").read_text().splitlines()
    told = {one.split()[3]: set(re.findall(r"--from-file=keys/(\S+)", one)) for one in said}
    assert told == {
        "carepath-keys": {"identity.key", "tokens.json"},
        "carepath-seal-keys": {PUBLIC, "seal-1a2b.key"},
    }


def referred(found: Any) -> set[str]:
    """Names of Secrets and ConfigMaps that anything refers to."""
    if isinstance(found, list):
        return {name for one in found for name in referred(one)}
    if not isinstance(found, dict):
        return set()
    own = {
        found[key]["name"]
        for key in ("secretKeyRef", "configMapRef", "configMap", "secret")
        if isinstance(found.get(key), dict) and "name" in found[key]
    }
    own |= {found["secretName"]} if "secretName" in found else set()
    return own | {name for one in found.values() for name in referred(one)}


def test_the_namespace_refuses_pods_that_could_become_root() -> None:
    [namespace] = documents(KUBERNETES / "base" / "namespace.yaml")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
