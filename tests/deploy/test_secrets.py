"""Certificates, passwords and keys of an installation are made once, and certificates renewed."""

import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from tests.deploy.files import DEPLOY

SCRIPT = DEPLOY / "compose" / "make_secrets.py"


def make(folder: Path, *options: str) -> dict[str, bytes]:
    """What is there afterwards, by its path."""
    subprocess.run([sys.executable, SCRIPT, folder, *options], check=True)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "secrets"
    make(made)
    return made


def test_making_again_changes_nothing(folder: Path) -> None:
    before = make(folder)
    assert make(folder) == before


def test_nobody_else_passes_the_folder_and_containers_read_what_is_mounted(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "authority.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "tls" / "edge" / "tls.key").stat().st_mode) == 0o644


def test_a_certificate_is_its_part_s_own_and_of_the_authority(folder: Path) -> None:
    authority = x509.load_pem_x509_certificate((folder / "trust" / "ca.crt").read_bytes())
    for part in ("postgres", "temporal", "edge", "carepath", "prometheus", "grafana"):
        own = x509.load_pem_x509_certificate((folder / "tls" / part / "tls.crt").read_bytes())
        own.verify_directly_issued_by(authority)
        names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert part in names.get_values_for_type(x509.DNSName)
        ssl.create_default_context().load_cert_chain(
            folder / "tls" / part / "tls.crt", folder / "tls" / part / "tls.key"
        )


def test_renewing_changes_certificates_and_nothing_else(tmp_path: Path) -> None:
    before = make(tmp_path / "secrets")
    after = make(tmp_path / "secrets", "--renew")
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {path for path in before if path.startswith("tls/")}


def test_no_two_passwords_are_the_same(folder: Path) -> None:
    logins = ("owner", "worker", "projector", "sealer", "web", "reader")
    passwords = {(folder / f"{one}.env").read_text().split("PGPASSWORD=")[1] for one in logins}
    assert len(passwords) == len(logins)
