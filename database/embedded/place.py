"""Where a cluster lies: in the data folder, or elsewhere if the user that PostgreSQL runs as can't get there."""

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from database.embedded import binaries
from database.embedded.account import Account
from database.embedded.cluster import Cluster
from database.embedded.locks import locked, opened
from database.errors import ReelgraphError

SHARED = Path("/var/lib/reelgraph")
TEMPORARY = (Path("/var/tmp"), Path("/tmp"))  # noqa: S108 - only unpredictable names are made there
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")  # macOS allows a socket's path 103 bytes, Linux 107


def settle(state: Path, *, durable: bool) -> Cluster:
    """The cluster of a data folder, of which only the place is made if there is none yet.

    `state` is Reelgraph's folder in the data folder. Where the cluster lies elsewhere, the file `elsewhere` in it names
    the place, and a link `data` there leads back: a data folder that is deleted and made again gets a new cluster.
    """
    note = state / "elsewhere"
    home = Path(note.read_text()) if note.exists() else state
    folder = home / "cluster"
    account = Account.owning(folder) if folder.exists() else Account.for_new_files()
    if note.exists():
        _check_link(home, state)
    elif not folder.exists() and not account.reaches(state):
        home = _new_home(account, state, durable=durable)
        folder = home / "cluster"
    if not account.reaches(home):
        raise ReelgraphError(
            f"The database in {home} is out of reach of the user {account}, which it belongs to.",
            "Let others pass through the folders above it (chmod o+x), or name another data folder.",
        )
    return Cluster(folder, state, socket_folder(folder, account), _programs(home, account), account)


def _check_link(home: Path, state: Path) -> None:
    """Let no copy of a data folder start a second server on the first one's cluster."""
    if not home.exists():
        raise ReelgraphError(
            f"The database of {state.parent} was in {home}, which is gone.",
            f"Bring it back, or delete {state} to begin with an empty database.",
        )
    link = home / "data"
    other = link.readlink()
    if other == state.parent:
        return
    if _is_home_of(home, other):
        raise ReelgraphError(
            f"The database in {home} is that of {other}; {state.parent} is a copy that can't share it.",
            f"Delete {state} to begin with an empty database.",
        )
    link.unlink()  # the data folder was moved here
    link.symlink_to(state.parent)


def _new_home(account: Account, state: Path, *, durable: bool) -> Path:
    base = _shared(account) or _temporary(account)
    with opened(base / "lock") as lock, locked(lock):
        for left in base.glob("throwaway-*"):
            link = left / "data"
            if not link.is_symlink() or not _is_home_of(left, link.readlink()):
                shutil.rmtree(left, ignore_errors=True)
        home = Path(tempfile.mkdtemp(prefix="cluster-" if durable else "throwaway-", dir=base))
        home.chmod(0o711)
        (home / "data").symlink_to(state.parent)
        (state / "elsewhere").write_text(str(home))
    return home


def _is_home_of(home: Path, data: Path) -> bool:
    note = data / "postgres" / "elsewhere"
    return note.exists() and note.read_text() == str(home)


def _shared(account: Account) -> Path | None:
    """The folder that this machine's data folders share, if it can be made and only root writes there."""
    try:
        SHARED.mkdir(exist_ok=True)
        found = SHARED.lstat()
        if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o022:
            return None
        SHARED.chmod(0o755)
    except OSError:
        return None
    return SHARED if account.reaches(SHARED) else None


def _temporary(account: Account) -> Path:
    for folder in TEMPORARY:
        if os.access(folder, os.W_OK) and account.reaches(folder):
            base = Path(tempfile.mkdtemp(prefix="reelgraph-", dir=folder))
            base.chmod(0o711)
            return base
    raise ReelgraphError(
        f"The user {account}, which PostgreSQL runs as, can't reach the data folder or {SHARED}.",
        "Name a data folder that every user can pass through to, or set REELGRAPH_DATABASE_URL.",
    )


def _programs(home: Path, account: Account) -> Path:
    programs = binaries.installed()
    if os.geteuid() != 0 or account.can_run(programs / "postgres"):
        return programs
    return binaries.copied(_shared(account) or home, account)


def socket_folder(folder: Path, account: Account) -> Path:
    """The cluster's own folder, or a private one with a short name where that can't be a socket's address."""
    plain = re.fullmatch(r"[\w./-]+", str(folder), re.ASCII)
    if plain and len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    link = folder.with_name("socket" if folder.name == "cluster" else f"{folder.name}.socket")
    if not (link.is_symlink() and _is_private(link.readlink(), account)):
        short = tempfile.mkdtemp(prefix="reelgraph-", dir="/tmp")  # TMPDIR may be too long itself
        os.chown(short, account.uid, account.gid)
        link.unlink(missing_ok=True)
        link.symlink_to(short)
    return link.readlink()


def _is_private(folder: Path, account: Account) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and not found.st_mode & 0o077
