"""The operating system's user that PostgreSQL runs as: root itself may not."""

import errno
import os
import pwd
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from database.errors import ReelgraphError

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    """A user and its group, by number."""

    uid: int
    gid: int

    def __str__(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    @classmethod
    def for_new_files(cls) -> Self:
        """The user that a new cluster belongs to: this process's own, or `nobody` where that is root."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        try:
            user = pwd.getpwnam(UNPRIVILEGED)
        except KeyError as error:
            raise ReelgraphError(
                f"PostgreSQL does not run as root, and there is no user {UNPRIVILEGED} to run it as.",
                "Run Reelgraph as an ordinary user, or set REELGRAPH_DATABASE_URL.",
            ) from error
        return cls(user.pw_uid, user.pw_gid)

    @classmethod
    def owning(cls, cluster: Path) -> Self:
        """The user that a cluster belongs to."""
        found = cluster.stat()
        owner = cls(found.st_uid, found.st_gid)
        if owner.uid == 0 or os.geteuid() not in (0, owner.uid):
            raise ReelgraphError(
                f"The database in {cluster} belongs to the user {owner}.",
                "Run Reelgraph as the ordinary user that it belongs to, or name another data folder.",
            )
        return owner

    def reaches(self, folder: Path) -> bool:
        """Whether this user may pass through a folder and all that it lies in."""
        return self.run("/bin/sh", "-c", 'test -x "$0"', str(folder))

    def can_run(self, program: Path) -> bool:
        """Whether this user may execute a program, and the program loads."""
        try:
            return self.run(str(program), "--version")
        except (FileNotFoundError, PermissionError):
            return False

    def run(
        self, *command: str, text: str = "", log: int = subprocess.DEVNULL, inherited: Collection[int] = ()
    ) -> bool:
        """Run a command to its end with a standard input and a file for its output; True if it exits with 0."""
        switch: dict[str, Any] = {}
        if os.geteuid() == 0:
            switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        try:
            done = subprocess.run(
                command,
                check=False,
                input=text.encode(),
                stdout=log,
                stderr=log,
                pass_fds=inherited,
                cwd="/",  # this process's own may be out of the user's reach
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for this process, which then stops the server in good order
                **switch,
            )
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EINVAL):
                raise
            raise ReelgraphError(
                f"This process is root but may not run PostgreSQL as the user {self}.",
                "Run Reelgraph as an ordinary user, or set REELGRAPH_DATABASE_URL.",
            ) from error
        return done.returncode == 0


def _environment() -> dict[str, str]:
    """What PostgreSQL needs: no PG* variables, which would change its settings, and no secrets of this process."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C"}
