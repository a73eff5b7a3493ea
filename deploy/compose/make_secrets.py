#!/usr/bin/env python
"""Makes what one installation keeps to itself: certificates, passwords, logins and keys.

Into a folder that only its owner may enter, files that the containers they are mounted into may
read. What is there stays; `--renew` makes the certificates anew, and nothing else. Passwords and
keys are rotated as docs/runbooks/key-rotation.md says.
"""

import argparse
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from eventstore.seal.keyring import ensure_ring
from workers.keys import ensure_keys

AUTHORITY_LASTS = timedelta(days=3650)
CERTIFICATE_LASTS = timedelta(days=397)
CLOCKS_APART = timedelta(minutes=5)

PARTS = ("postgres", "temporal", "edge", "carepath", "prometheus", "grafana")
"""Each shows its own certificate, as a server and as a client."""

LOGINS = {
    "owner": "carepath",
    "worker": "carepath_worker",
    "projector": "carepath_views_process",
    "sealer": "carepath_sealing",
    "web": "carepath_web",
    "reader": "carepath_auditor",
}
"""Who logs in to the database, and as whom: see deploy/roles/logins.sql."""

Key = ec.EllipticCurvePrivateKey


def make_secrets(folder: Path, hosts: Sequence[str], *, renew: bool = False) -> None:
    """Make what is missing; `hosts` are further names and addresses of this machine."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_certificates(folder, hosts, renew=renew)
    _make_passwords(folder)
    ensure_keys(folder / "keys")
    ensure_ring(folder / "keys")
    for path in _mounted(folder):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _mounted(folder: Path) -> Iterator[Path]:
    """What containers read as users of their own: nobody else passes the folder itself."""
    yield from (path for path in folder.rglob("*") if path.name != "authority.key")


def _make_certificates(folder: Path, hosts: Sequence[str], *, renew: bool) -> None:
    authority, key = _authority(folder)
    for part in PARTS:
        place = folder / "tls" / part
        if renew or not (place / "tls.crt").exists():
            place.mkdir(parents=True, exist_ok=True)
            _issue(place, [part, "localhost", *hosts], authority, key)


def _authority(folder: Path) -> tuple[x509.Certificate, Key]:
    certificate, private = folder / "trust" / "ca.crt", folder / "authority.key"
    if not certificate.exists():
        certificate.parent.mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("carepath's own authority")
        made = _certificate(name, name, key, AUTHORITY_LASTS).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        _write(private, _bytes_of(key))
        _write(certificate, _signed(made, key))
    held = serialization.load_pem_private_key(private.read_bytes(), password=None)
    if not isinstance(held, ec.EllipticCurvePrivateKey):
        message = f"{private} holds a key of another kind: restore it, or begin anew elsewhere"
        raise TypeError(message)
    return x509.load_pem_x509_certificate(certificate.read_bytes()), held


def _issue(place: Path, names: Sequence[str], authority: x509.Certificate, signer: Key) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(_name(names[0]), authority.subject, key, CERTIFICATE_LASTS)
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    made = (
        made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(map(_alternative, names)), critical=False)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
    )
    _write(place / "tls.key", _bytes_of(key))
    _write(place / "tls.crt", _signed(made, signer))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Key, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_APART)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, signer: Key) -> bytes:
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    signed = builder.add_extension(issuer, critical=False).sign(signer, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def _bytes_of(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _make_passwords(folder: Path) -> None:
    if (folder / "owner.env").exists():
        return
    passwords = {login: secrets.token_urlsafe(32) for login in LOGINS}
    for login, user in LOGINS.items():
        _write_settings(folder, login, {"PGUSER": user, "PGPASSWORD": passwords[login]})
    roles = {"appender": "worker", **{one: one for one in ("projector", "sealer", "web", "reader")}}
    logins = {f"{role.upper()}_PASSWORD": passwords[login] for role, login in roles.items()}
    _write_settings(folder, "logins", logins)
    temporal = secrets.token_urlsafe(32)
    _write_settings(folder, "temporal", {"POSTGRES_PWD": temporal, "SQL_PASSWORD": temporal})
    _write(folder / "passwords" / "postgres", passwords["owner"].encode())
    _write(folder / "passwords" / "grafana", secrets.token_urlsafe(32).encode())


def _write_settings(folder: Path, name: str, settings: Mapping[str, str]) -> None:
    lines = "".join(f"{variable}={value}\n" for variable, value in settings.items())
    _write(folder / f"{name}.env", lines.encode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


def main() -> int:
    """The exit code: 0 done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--host", action="append", default=[], help="a further name or address")
    parser.add_argument("--renew", action="store_true", help="make the certificates anew")
    asked = parser.parse_args()
    make_secrets(asked.folder, asked.host, renew=asked.renew)
    return 0


if __name__ == "__main__":
    sys.exit(main())
