"""PostgreSQL never runs as root, and a folder that is closed to its user is named."""

import os
import pwd
from pathlib import Path

import pytest

from workers.embedded.account import Account, account_for, can_enter, require_way
from workers.embedded.errors import FolderClosed, FolderUnusable
from workers.embedded.postgres import open_cluster
from workers.embedded.supervise import make_folders
from workers.settings import Settings

STRANGER = Account("stranger", uid=54_321, gid=54_321)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
as_anybody_else = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


def test_the_outermost_closed_folder_on_the_way_is_named(folder: Path) -> None:
    closed = folder / "closed"
    inner = closed / "also-closed"
    inner.mkdir(parents=True)
    inner.chmod(0o700)
    closed.chmod(0o700)
    with pytest.raises(FolderClosed) as refused:
        require_way(STRANGER, inner / "postgres", "is on the way to its files")
    assert refused.value.folder == closed.resolve()
    assert f"chmod o+x {closed.resolve()}" in str(refused.value)


def test_an_open_way_is_not_complained_about(folder: Path) -> None:
    require_way(STRANGER, folder / "not-yet-there", "is on the way to its files")


@pytest.mark.parametrize(
    ("mode", "account", "enters"),
    [
        (0o700, STRANGER, False),
        (0o701, STRANGER, True),
        (0o700, Account("owner", os.geteuid(), os.getegid()), True),
        (0o077, Account("owner", os.geteuid(), os.getegid()), False),
        (0o710, Account("colleague", 54_321, os.getegid()), True),
        (0o701, Account("colleague", 54_321, os.getegid()), False),
    ],
)
def test_permission_bits_decide_who_enters(
    folder: Path, mode: int, account: Account, *, enters: bool
) -> None:
    inside = folder / "inside"
    inside.mkdir()
    inside.chmod(mode)
    assert can_enter(account, inside) is enters


@as_root
def test_root_runs_it_as_somebody_without_privileges(folder: Path) -> None:
    account = account_for(folder / "postgres")
    assert account is not None
    assert account.uid != 0


@as_root
def test_files_keep_the_user_they_were_made_for(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    assert account_for(folder) == Account("nobody", nobody.pw_uid, nobody.pw_gid)


@as_root
def test_a_closed_parent_is_refused_and_stays_closed(folder: Path) -> None:
    folder.chmod(0o700)
    with pytest.raises(FolderClosed, match="--data-dir"):
        open_cluster(folder / "data" / "postgres")
    assert folder.stat().st_mode & 0o777 == 0o700


@as_root
def test_only_the_clusters_own_folder_changes_hands(folder: Path) -> None:
    cluster = open_cluster(folder / "postgres")
    assert folder.stat().st_uid == 0
    assert cluster.account is not None
    assert cluster.folder.stat().st_uid == cluster.account.uid
    assert cluster.password_file.stat().st_mode & 0o777 == 0o600


@as_anybody_else
def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(FolderUnusable, match="--data-dir"):
        make_folders(Settings(data_dir=folder / "data"))


def test_the_data_directory_is_closed_but_for_roots_postgresql(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        make_folders(Settings(data_dir=folder / "data"))
    finally:
        os.umask(before)
    expected = 0o711 if os.geteuid() == 0 else 0o700
    assert (folder / "data").stat().st_mode & 0o777 == expected


def test_a_file_in_the_place_of_the_folder_is_named_with_what_to_do(folder: Path) -> None:
    (folder / "data").write_text("not a folder")
    with pytest.raises(FolderUnusable, match=r"data \(File exists\).*--data-dir"):
        make_folders(Settings(data_dir=folder / "data"))
