"""A streaming replica of an embedded PostgreSQL: for one machine, to see how an installation with several works."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from database.embedded.cluster import NAME, Cluster
from database.embedded.locks import opened, try_exclusive
from database.embedded.place import settle, socket_folder
from database.errors import ReelgraphError


@dataclass(frozen=True)
class Standby(Cluster):
    """The cluster of a replica; `primary` is the folder of the socket of what it follows."""

    primary: Path

    def remove(self) -> None:
        """Stop it, and delete its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create(self, log: int, lock: int, *, durable: bool) -> None:
        self.folder.mkdir(mode=0o700)
        os.chown(self.folder, self.account.uid, self.account.gid)
        copy = [self._program("pg_basebackup"), "--write-recovery-conf", "--checkpoint=fast", "-D", str(self.folder)]
        server = ["-h", str(self.primary), "-p", "5432", "-U", NAME]
        wait = [] if durable else ["--no-sync"]
        self._run("PostgreSQL could not copy its files", log, lock, *copy, *server, *wait)


@contextmanager
def following(data: Path) -> Iterator[Standby]:
    """A replica that runs while the block does, unless the block stops it; the primary must run as long."""
    primary = settle(data.resolve() / "postgres", durable=True)
    state = primary.state / "replica"
    state.mkdir(mode=0o711, exist_ok=True)
    folder = primary.folder.with_name("standby")
    socket = socket_folder(folder, primary.account)
    standby = Standby(folder, state, socket, primary.programs, primary.account, primary.socket)
    with opened(state / "lock") as lock:
        if not try_exclusive(lock):
            raise ReelgraphError(f"A replica of the database in {data} runs already.", "Name another data folder.")
        standby.remove()
        try:
            standby.start(durable=False)
            yield standby
        finally:
            standby.remove()
