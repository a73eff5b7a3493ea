"""The overlays, merged: what a cluster would be given, and whether it fits together."""

import shutil
import subprocess
from pathlib import Path
from typing import get_args

import kubernetes_validate
import pytest
import yaml

from cli.stack import Process
from tests.deploy.files import DEPLOY, PROCESSES, Document, document
from tests.deploy.kubernetes import (
    KUBERNETES,
    each_overlay,
    named,
    objects,
    own_container,
    selects,
    settings_of,
    workloads,
)
from tests.deploy.kustomize import containers, pod_of
from tests.deploy.settings import known
from workers.settings import Settings

VERSIONS = ("1.32", "1.37")


@each_overlay
@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_of_its_schema(overlay: str, version: str) -> None:
    for one in objects(overlay):
        kubernetes_validate.validate(one, version, strict=True)


@each_overlay
def test_the_merge_of_the_tests_is_that_of_kubectl(overlay: str) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not here")
    folder = KUBERNETES / "overlays" / overlay
    said = subprocess.run(
        [kubectl, "kustomize", folder], capture_output=True, text=True, check=True
    ).stdout
    theirs = by_identity(documents_in(said))
    assert by_identity(objects(overlay)) == theirs


@each_overlay
def test_each_process_is_started_by_its_command(overlay: str) -> None:
    started = {name: own_container(one) for name, one in workloads(overlay)}
    assert {name: one["args"] for name, one in started.items()} == {
        "migrate": ["migrate"],
        **{name: ["run", name] for name in get_args(Process)},
    }
    assert len({one["image"] for one in started.values()}) == 1


@each_overlay
def test_what_a_process_writes_lies_on_a_volume_of_its_own(overlay: str) -> None:
    for name, one in workloads(overlay):
        mounts = {mount["mountPath"]: mount for mount in own_container(one)["volumeMounts"]}
        assert not mounts["/var/lib/carepath"].get("readOnly")
        assert mounts["/var/lib/carepath/keys"]["readOnly"] is True
        assert mounts.keys() >= {"/tmp"}  # noqa: S108 - a mount, not a file
        assert ("/var/lib/carepath/anchors" in mounts) == (name == "sealer")


@each_overlay
def test_every_mount_has_its_volume(overlay: str) -> None:
    for _, one in workloads(overlay):
        claimed = {each["metadata"]["name"] for each in one["spec"].get("volumeClaimTemplates", ())}
        there = claimed | {volume["name"] for volume in (pod_of(one) or {})["volumes"]}
        mounted = {mount["name"] for each in containers(one) for mount in each["volumeMounts"]}
        assert mounted == there


@each_overlay
def test_each_process_is_probed_over_loopback_before_it_is_used(overlay: str) -> None:
    for name in PROCESSES:
        container = own_container(dict(workloads(overlay))[name])
        asked = {
            probe: container[probe]["exec"]["command"][1:]
            for probe in ("startupProbe", "livenessProbe", "readinessProbe")
        }
        script = "/opt/carepath/share/probe.py"
        assert asked == {
            "startupProbe": [script, "healthz"],
            "livenessProbe": [script, "healthz"],
            "readinessProbe": [script, "readyz"],
        }


@each_overlay
def test_a_process_has_longer_to_end_than_it_takes(overlay: str) -> None:
    """docs/operations.md says 20 seconds."""
    for name in PROCESSES:
        pod = pod_of(dict(workloads(overlay))[name]) or {}
        assert pod["terminationGracePeriodSeconds"] > 20


@each_overlay
def test_there_are_two_of_everything(overlay: str) -> None:
    scaled = {
        one["spec"]["scaleTargetRef"]["name"]: one["spec"]["minReplicas"]
        for one in objects(overlay, "HorizontalPodAutoscaler")
    }
    for name in PROCESSES:
        one = dict(workloads(overlay))[name]
        least = scaled.get(one["metadata"]["name"], one["spec"].get("replicas", 1))
        assert least >= 2, name


@each_overlay
def test_every_process_has_a_budget_and_budgets_select_pods(overlay: str) -> None:
    budgets = objects(overlay, "PodDisruptionBudget")
    for name in PROCESSES:
        labels = dict(workloads(overlay))[name]["spec"]["template"]["metadata"]["labels"]
        [budget] = [one for one in budgets if selects(one["spec"]["selector"], labels)]
        assert budget["spec"]["maxUnavailable"] == 1


@each_overlay
def test_workers_are_scaled_by_figures_that_the_adapter_gives(overlay: str) -> None:
    adapter = document(DEPLOY / "monitoring" / "adapter.yaml")["rules"]["external"]
    given = {rule["name"]["as"] for rule in adapter}
    scaler = named(overlay, "HorizontalPodAutoscaler", "carepath-worker")
    asked = {one["external"]["metric"]["name"] for one in scaler["spec"]["metrics"]}
    assert asked == given == {"carepath_schedule_to_start_seconds", "carepath_deadlines_late"}


@each_overlay
def test_autoscalers_and_services_mean_what_is_there(overlay: str) -> None:
    names = {one["metadata"]["name"] for _, one in workloads(overlay)}
    for scaler in objects(overlay, "HorizontalPodAutoscaler"):
        assert scaler["spec"]["scaleTargetRef"]["name"] in names
    for service in objects(overlay, "Service"):
        meant = service["spec"]["selector"]
        [one] = [
            each
            for _, each in workloads(overlay)
            if selects({"matchLabels": meant}, each["spec"]["template"]["metadata"]["labels"])
        ]
        ports = {port["name"] for each in containers(one) for port in each.get("ports", ())}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


@each_overlay
def test_every_variable_is_one_that_somebody_reads(overlay: str) -> None:
    variables = {
        each["name"]
        for _, one in workloads(overlay)
        for container in containers(one)
        for each in container.get("env", ())
    }
    assert (variables | settings_of(overlay).keys()) - known() == set()


@each_overlay
def test_carepath_understands_its_settings(overlay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings_of(overlay).items():
        monkeypatch.setenv(name, value)
    read = Settings()
    assert read.temporal_is_external
    assert read.public_url == "https://carepath.example.org"
    assert read.personas is False


@each_overlay
def test_files_that_settings_name_are_mounted_where_they_are_read(overlay: str) -> None:
    readers = {"OIDC": "web", "MAIL": "worker"}
    for variable, value in settings_of(overlay).items():
        for word, name in readers.items():
            if word in variable and variable.endswith("_FILE"):
                mounts = own_container(dict(workloads(overlay))[name])["volumeMounts"]
                assert str(Path(value).parent) in {mount["mountPath"] for mount in mounts}


def documents_in(text: str) -> list[Document]:
    return [one for one in yaml.safe_load_all(text) if one]


def by_identity(found: list[Document]) -> dict[tuple[str, str], Document]:
    return {(one["kind"], one["metadata"]["name"]): one for one in found}
