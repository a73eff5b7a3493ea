"""Keys of one installation: made once, at random, readable only by their owner."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from eventstore.encryption.key_ring import ensure_key_ring

KEY_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """Where they are; beside them the organisation's key ring, which wraps the keys of patients.

    `temporal` and `identity` hold 32 raw bytes, `api_token` one line of text.
    `tokens` is what the API reads: a JSON list of `{sha256, subject, role}`, never the token.
    """

    folder: Path

    @property
    def api_token(self) -> Path:
        return self.folder / "api-token"

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
    write_once(keys.api_token, secrets.token_urlsafe(KEY_BYTES).encode())
    write_once(keys.tokens, _coordinator(keys.api_token.read_text().strip()))
    return keys


def write_once(path: Path, content: bytes) -> None:
    """Write a private file (mode 0600) completely or not at all; leave an existing one alone."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _coordinator(token: str) -> bytes:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return json.dumps(
        [{"sha256": digest, "subject": "local-coordinator", "role": "coordinator"}], indent=2
    ).encode()
