"""The user who runs PostgreSQL: ourselves, or an unprivileged one when we are root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from workers.embedded.errors import FolderClosed, NoUnprivilegedUser

UNPRIVILEGED = ("postgres", "nobody")


class Becoming(TypedDict, total=False):
    """The arguments of `subprocess` that make the child another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user of the system, by number."""

    name: str
    uid: int
    gid: int

    def becoming(self) -> Becoming:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(folder: Path) -> Account | None:
    """Who must run PostgreSQL in `folder`: `None` is ourselves.

    As root it is the folder's owner, or for a folder that root made, the first unprivileged user
    that exists. Raises `NoUnprivilegedUser`.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        return _account(pwd.getpwuid(owner))
    for name in UNPRIVILEGED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise NoUnprivilegedUser


def require_way(account: Account, folder: Path, purpose: str) -> None:
    """Raise `FolderClosed` with the outermost folder on the way that `account` cannot enter."""
    for step in (*reversed(folder.resolve().parents), folder.resolve()):
        if step.exists() and not can_enter(account, step):
            raise FolderClosed(step, account.name, purpose)


def can_enter(account: Account, folder: Path) -> bool:
    """The folder's permission bits let this user through."""
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
