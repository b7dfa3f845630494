"""PgBouncer in transaction mode, as a process of ours in front of one PostgreSQL."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from database.address import parsed
from database.embedded.account import Account
from database.errors import ReelgraphError

# The first that lets clients keep prepared statements in transaction mode.
ENOUGH = (1, 21)
HINT = "Install 1.21 or newer. Debian 13, Ubuntu 24.04 and later: apt install pgbouncer; before: .ci/pgbouncer"
PLACES = ("/usr/sbin", "/usr/local/bin")
PORT = 6432
START_SECONDS = 10
STOP_SECONDS = 3

# Its own numbers of connections: to the database, and from clients. Statements: as many as a client of ours keeps.
CONFIGURATION = """
[databases]
* = host={host} port={port} user={user}

[pgbouncer]
listen_addr =
listen_port = {listen}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 1000
max_prepared_statements = 500
server_check_delay = 5
"""


def installed_pgbouncer() -> str:
    """The path of a PgBouncer that is new enough; raises `ReelgraphError` where there is none."""
    path = shutil.which("pgbouncer", path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))
    if path is None:
        raise ReelgraphError("PgBouncer is not installed.", HINT)
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"PgBouncer (\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < ENOUGH:
        raise ReelgraphError(
            f"{path} is {said.partition(chr(10))[0]!r}; transaction mode with prepared statements came with 1.21.",
            HINT,
        )
    return path


@contextmanager
def pgbouncer(url: str, *, connections: int = 20) -> Iterator[str]:
    """Run one in front of a PostgreSQL that has a Unix socket; yields the address by way of it, for any database.

    It has as many `connections` to each. Whoever may use its socket, in a private folder, is the user of `url`.
    """
    program, address, account = installed_pgbouncer(), parsed(url), Account.for_new_files()
    with tempfile.TemporaryDirectory(prefix="reelgraph-pooler-", dir="/tmp") as name:
        folder = Path(name)
        os.chown(folder, account.uid, account.gid)
        ini = folder / "pgbouncer.ini"
        ini.write_text(_configuration(address, folder, connections))
        with (folder / "log").open("wb") as log:
            # Root it refuses to be. Ctrl-C is for us: we stop it when its clients have left.
            process = subprocess.Popen(
                [program, "--quiet", str(ini)], stdout=log, stderr=log, start_new_session=True, **_as(account)
            )
        try:
            _wait_for(folder, process)
            yield address.set(query={"host": name, "port": str(PORT)}).render_as_string(hide_password=False)
        finally:
            _stop(process)


def _configuration(address: URL, folder: Path, connections: int) -> str:
    host, port = address.query.get("host", address.host), address.query.get("port", address.port or 5432)
    return CONFIGURATION.format(
        host=host, port=port, user=address.username, folder=folder, listen=PORT, connections=connections
    )


def _as(account: Account) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _wait_for(folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as door:
            door.connect(str(folder / f".s.PGSQL.{PORT}"))
            return
        time.sleep(0.02)
    last = (folder / "log").read_text(errors="replace").splitlines()[-5:]
    raise ReelgraphError("\n  ".join(["PgBouncer did not start. The last lines of its log:", *last]))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()  # from 1.23 on it waits for its clients; it keeps nothing, so that it may be killed
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
