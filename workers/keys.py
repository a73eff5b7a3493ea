"""Keys of one installation: made once, at random, readable only by their owner."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from domain.actor import Role
from eventstore.encryption.key_ring import ensure_key_ring

KEY_BYTES = 32

LOCAL_ROLES: tuple[Role, ...] = ("coordinator", "administrator", "auditor")
"""In which the command line acts on this machine: whoever may read the keys may do all of it."""


@dataclass(frozen=True)
class Keys:
    """Where they are; beside them the organisation's key ring, which wraps the keys of patients.

    `temporal` and `identity` hold 32 raw bytes, the files of `token_of` one line of text each.
    `tokens` is what the API reads: a JSON list of `{sha256, subject, role}`, never the token.
    """

    folder: Path

    def token_of(self, role: Role) -> Path:
        """The token with which this machine's command line acts in a role."""
        name = "api-token" if role == "coordinator" else f"api-token-{role}"
        return self.folder / name

    @property
    def api_token(self) -> Path:
        return self.token_of("coordinator")

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens.json"

    @property
    def temporal(self) -> Path:
        return self.folder / "temporal.key"

    @property
    def identity(self) -> Path:
        return self.folder / "identity.key"


def ensure_keys(folder: Path) -> Keys:
    """Make whichever key is missing; one that exists is never replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = Keys(folder)
    write_once(keys.temporal, secrets.token_bytes(KEY_BYTES))
    write_once(keys.identity, secrets.token_bytes(KEY_BYTES))
    ensure_key_ring(folder)
    _ensure_tokens(keys)
    return keys


def write_once(path: Path, content: bytes) -> None:
    """Write a private file (mode 0600) completely or not at all; leave an existing one alone."""
    if not path.exists():
        _write(path, content)


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _ensure_tokens(keys: Keys) -> None:
    """Make the tokens that are missing, and have the API know those that were made just now."""
    missing = [role for role in LOCAL_ROLES if not keys.token_of(role).exists()]
    for role in missing:
        write_once(keys.token_of(role), secrets.token_urlsafe(KEY_BYTES).encode())
    listed = json.loads(keys.tokens.read_text()) if keys.tokens.exists() else []
    made = [_listed(keys, role) for role in (missing if listed else LOCAL_ROLES)]
    if made:
        _write(keys.tokens, json.dumps([*listed, *made], indent=2).encode())


def _listed(keys: Keys, role: Role) -> dict[str, str]:
    digest = hashlib.sha256(keys.token_of(role).read_text().strip().encode()).hexdigest()
    return {"sha256": digest, "subject": f"local-{role}", "role": role}
