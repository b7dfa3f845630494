"""One PostgreSQL cluster: how it is created, started and stopped."""

import os
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from database.embedded.account import Account
from database.embedded.binaries import MAJOR_VERSION
from database.embedded.locks import opened, try_exclusive
from database.errors import ReelgraphError

NAME = "reelgraph"
LARGEST_LOG = 10_000_000  # bytes
INITDB_OPTIONS = (
    "--no-instructions",
    f"--username={NAME}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
INITIAL_SETTINGS = {  # into postgresql.conf, for people to change
    "max_connections": "200",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "file_copy_method": "clone",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
    "log_checkpoints": "off",
    "log_lock_waits": "on",
    "log_min_duration_statement": "1s",
}
FAST_BUT_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster. Its methods may be called by one process at a time.

    folder: PostgreSQL's data directory. state: where the log and the lock of the server are.
    socket: the folder of the server's socket. programs: the folder of PostgreSQL's programs.
    """

    folder: Path
    state: Path
    socket: Path
    programs: Path
    account: Account

    @property
    def url(self) -> str:
        """The URL of its database, for SQLAlchemy."""
        # The port is in the socket's name; without it here, a PGPORT in the environment would be taken.
        return f"postgresql+asyncpg://{NAME}@/{NAME}?host={self.socket}&port=5432"

    def start(self, *, durable: bool) -> None:
        """Start the server unless it answers already; the cluster is created first if there is none."""
        if self._answers():
            return
        with self._log() as log, self._server_lock() as lock:
            if not self.folder.exists():
                self._create(log, lock, durable=durable)
            self._check_version()
            if not self._has_postmaster():
                # PostgreSQL refuses to start if another process has their number by now; the lock proves them stale.
                (self.folder / "postmaster.pid").unlink(missing_ok=True)
                (self.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            # The folder is given here and in the options: pg_ctl's own "-D" passes it on through a shell, unquoted.
            pg_ctl = ["/usr/bin/env", f"PGDATA={self.folder}", self._program("pg_ctl"), "start"]
            options = ["-w", "-s", "-t", "300", "-o", self._options(durable=durable)]
            self._run("PostgreSQL did not start", log, lock, *pg_ctl, *options)

    def stop(self) -> None:
        """Stop the server if it runs: its connections are closed, and what they committed is kept."""
        if self._has_postmaster():
            self.account.run(self._program("pg_ctl"), "stop", "-m", "fast", "-w", "-s", "-D", str(self.folder))

    def _program(self, name: str) -> str:
        return str(self.programs / name)

    def _answers(self) -> bool:
        server = ["-h", str(self.socket), "-p", "5432", "-U", NAME, "-d", NAME]
        return self.account.run(self._program("pg_isready"), *server)

    def _create(self, log: int, lock: int, *, durable: bool) -> None:
        new = self.folder.with_name("cluster.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        os.chown(new, self.account.uid, self.account.gid)
        settings = [f"--set={name}={value}" for name, value in INITIAL_SETTINGS.items()]
        initdb = [self._program("initdb"), *INITDB_OPTIONS, *settings, "-D", str(new)]
        postgres = [self._program("postgres"), "--single", "-D", str(new), "-c", "exit_on_error=on"]
        if not durable:
            initdb.append("--no-sync")
            postgres.append("-F")
        self._run("PostgreSQL could not create its files", log, lock, *initdb)
        create = f"CREATE DATABASE {NAME}\n"
        self._run("PostgreSQL could not create its database", log, lock, *postgres, "template1", text=create)
        new.rename(self.folder)  # last, so that a cluster is either whole or not there

    def _options(self, *, durable: bool) -> str:
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            **({} if durable else FAST_BUT_NOT_DURABLE),
        }
        return shlex.join(["-D", str(self.folder), *(f"--{name}={value}" for name, value in settings.items())])

    def _check_version(self) -> None:
        version = (self.folder / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise ReelgraphError(
                f"The database in {self.folder} was made by PostgreSQL {version}; this Reelgraph has {MAJOR_VERSION}.",
                f"Move it to PostgreSQL {MAJOR_VERSION} with pg_dump or pg_upgrade, or name another data folder.",
            )

    def _has_postmaster(self) -> bool:
        """Whether the process that `postmaster.pid` names is this cluster's server, not a later one."""
        try:
            number = int((self.folder / "postmaster.pid").read_text().split()[0])
            return psutil.Process(number).cmdline()[1:3] == ["-D", str(self.folder)]
        except (OSError, ValueError, IndexError, psutil.Error):
            return False

    def _run(self, failure: str, log: int, lock: int, *command: str, text: str = "") -> None:
        if not self.account.run(*command, text=text, log=log, inherited=[lock]):
            path = self.state / "log"
            last = path.read_text(errors="replace").splitlines()[-8:]
            message = "\n  ".join([f"{failure}. The last lines of its log:", *last])
            raise ReelgraphError(message, f"The whole log is in {path}.")

    @contextmanager
    def _server_lock(self) -> Iterator[int]:
        """The lock that the server and all its processes inherit, so it is free when the last of them has ended.

        Unlike process numbers that holds across containers, where two servers on one cluster would destroy it.
        """
        with opened(self.state / "server") as lock:
            deadline = time.monotonic() + 10
            while not try_exclusive(lock):
                if time.monotonic() > deadline:
                    raise ReelgraphError(
                        f"Processes of an earlier PostgreSQL in {self.folder} are still running.",
                        "Wait for them to end, or end them: ps shows their names with 'postgres:'.",
                    )
                time.sleep(0.05)
            yield lock

    @contextmanager
    def _log(self) -> Iterator[int]:
        path = self.state / "log"
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_name("log.1"))
        with opened(path, os.O_APPEND) as log:
            yield log
