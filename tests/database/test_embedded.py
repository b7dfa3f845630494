"""The embedded PostgreSQL, with real servers, processes and users."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from sqlalchemy import make_url

from database.embedded import binaries, embedded_postgres, place
from database.embedded.account import Account
from database.errors import ReelgraphError

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root can change users")
REPOSITORY = Path(__file__).parents[2]
HOLDER = """
import os, signal, sys
from pathlib import Path
from database.embedded import embedded_postgres
from database.errors import ReelgraphError

# Where the tests run in the background, the shell may have had this signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
if user := int(sys.argv[2]):
    os.setgroups([]), os.setgid(user), os.setuid(user)
try:
    with embedded_postgres(Path(sys.argv[1]), durable=False) as url:
        print(url, flush=True)
        sys.stdin.read()
except ReelgraphError as error:
    print(error, flush=True)
except KeyboardInterrupt:
    pass
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that every user can pass through, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="reelgraph-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def data(folder: Path) -> Path:
    """A data folder with a table `kept`, for the tests that do it no harm."""
    data = folder / "data"
    with embedded_postgres(data, durable=False) as url:
        fetch(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    return data


def socket_folder(url: str) -> Path:
    return Path(str(make_url(url).query["host"]))


def fetch(url: str, query: str = "SELECT answer FROM kept") -> Any:
    """The first value that a query finds."""

    async def connect_and_fetch() -> Any:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(connect_and_fetch())


def postmaster(data: Path) -> psutil.Process | None:
    try:
        return psutil.Process(int((data / "postgres/cluster/postmaster.pid").read_text().split()[0]))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


@contextmanager
def holder(data: Path, user: int = 0) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process that holds the server of a data folder, and the line that it said: the URL or what went wrong."""
    command = [sys.executable, "-c", HOLDER, str(data), str(user)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=pipe, stdout=pipe, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def leave(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.close()
    assert process.wait(10) == 0


def test_first_use_gives_a_utf8_database_that_listens_on_a_private_socket_only(data: Path) -> None:
    with embedded_postgres(data, durable=False) as url:
        assert fetch(url, "SHOW listen_addresses") == ""
        assert fetch(url, "SHOW fsync") == "off"
        assert fetch(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True
        collation = "SELECT pg_encoding_to_char(encoding) || datlocale FROM pg_database WHERE datname = 'reelgraph'"
        assert fetch(url, collation) == "UTF8C.UTF-8"
        assert socket_folder(url).stat().st_mode & 0o077 == 0


def test_a_later_start_keeps_the_data_and_is_quick(data: Path) -> None:
    begin = time.monotonic()
    with embedded_postgres(data) as url:
        assert time.monotonic() - begin < 2
        assert fetch(url) == 42
        assert fetch(url, "SHOW fsync") == "on"
    assert postmaster(data) is None


def test_the_last_of_two_processes_stops_the_server(data: Path) -> None:
    with holder(data) as (first, url), holder(data) as (second, same_url):
        assert url == same_url
        leave(first)
        assert fetch(url) == 42
        leave(second)
    assert postmaster(data) is None


def test_a_killed_holder_is_in_nobodys_way(data: Path) -> None:
    with holder(data) as (process, _):
        orphan = postmaster(data)
        process.kill()
    assert orphan
    assert orphan.is_running()
    with embedded_postgres(data, durable=True) as url:
        assert fetch(url) == 42
        assert fetch(url, "SHOW fsync") == "on"
    assert postmaster(data) is None


def test_a_killed_server_starts_again_for_the_next_holder(data: Path) -> None:
    with holder(data) as (first, url):
        server = postmaster(data)
        assert server
        server.kill()
        with embedded_postgres(data) as same_url:
            assert url == same_url
            assert fetch(url) == 42
            leave(first)
            assert fetch(url) == 42
    assert postmaster(data) is None


def test_a_stale_process_number_that_another_process_has_by_now_is_harmless(data: Path) -> None:
    user = Account.for_new_files()
    switch: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": []} if ROOT else {}
    with subprocess.Popen(["/bin/sleep", "60"], **switch) as other:
        cluster = data / "postgres/cluster"
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (cluster / name).write_text(f"{other.pid}\n{cluster}\n1700000000\n5432\n{cluster}\n\n")
        try:
            with embedded_postgres(data, durable=False) as url:
                assert fetch(url) == 42
            assert other.poll() is None
        finally:
            other.kill()


def test_many_come_and_go_at_once(data: Path) -> None:
    def visit(_: int) -> None:
        with embedded_postgres(data, durable=False) as url:
            fetch(url, "SELECT answer FROM kept")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(visit, range(24)))
    assert postmaster(data) is None


def test_ctrl_c_reaches_the_holder_and_not_the_server(data: Path) -> None:
    with holder(data) as (process, _):
        server = postmaster(data)
        assert server
        assert os.getsid(server.pid) != os.getsid(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(10) == 0
    assert postmaster(data) is None


def test_a_path_that_no_socket_can_have_gets_a_short_one(folder: Path, data: Path) -> None:
    odd = folder / ("long " * 30 + """it's "$HOME" `x`, y:z""")
    with embedded_postgres(data) as url, embedded_postgres(odd, durable=False) as short_url:
        assert fetch(url) == 42
        with pytest.raises(asyncpg.UndefinedTableError):
            fetch(short_url)
        socket = (odd / "postgres/socket").readlink()
        assert socket_folder(short_url) == Path(socket)
        assert socket.parent == Path("/tmp")  # noqa: S108 - where it should be
        assert socket.stat().st_mode & 0o777 == 0o700
    socket.rmdir()
    with embedded_postgres(odd, durable=False) as url:
        assert fetch(url, "SELECT 1") == 1
    (odd / "postgres/socket").readlink().rmdir()


def test_a_file_in_place_of_the_data_folder_is_a_clear_error(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(ReelgraphError, match=r"data folder .*/file can't be used: .*Not a directory"):
        embedded_postgres(folder / "file").__enter__()


def test_a_cluster_of_another_version_is_a_clear_error(data: Path) -> None:
    version = data / "postgres/cluster/PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(ReelgraphError, match="made by PostgreSQL 17; this Reelgraph has 18"):
        embedded_postgres(data).__enter__()
    version.write_text("18\n")


def test_a_server_that_does_not_start_says_why_and_where_its_log_is(data: Path) -> None:
    with (data / "postgres/cluster/postgresql.auto.conf").open("a+") as settings:
        length = settings.tell()
        settings.write("nonsense = 1\n")
        settings.flush()
        with pytest.raises(ReelgraphError, match=r'(?s)did not start.*parameter "nonsense"') as raised:
            embedded_postgres(data).__enter__()
        settings.truncate(length)
    assert raised.value.hint == f"The whole log is in {data}/postgres/log."


@as_root
def test_an_ordinary_user_has_a_server_of_its_own(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    data = folder / "ordinary"
    data.mkdir(mode=0o700)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    with holder(data, user=nobody.pw_uid) as (process, url):
        assert url.startswith("postgresql+asyncpg://")
        fetch(url, "SELECT 1")
        leave(process)
    assert postmaster(data) is None
    with embedded_postgres(data) as same_url:
        fetch(same_url, "SELECT 1")
    with holder(data, user=nobody.pw_uid) as (process, url):
        assert url == same_url
        leave(process)


@as_root
def test_an_unwritable_data_folder_is_a_clear_error(folder: Path) -> None:
    data = folder / "unwritable"
    data.mkdir(mode=0o755)
    with holder(data, user=pwd.getpwnam("nobody").pw_uid) as (_, said):
        assert said.startswith(f"The data folder {data} can't be used: [Errno 13] Permission denied")


@pytest.fixture
def hidden(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that root alone can pass through; clusters that can't be in it go to `shared` beside it."""
    monkeypatch.setattr(place, "SHARED", folder / "shared")
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o700)
    yield hidden
    shutil.rmtree(hidden)
    shutil.rmtree(folder / "shared", ignore_errors=True)


def permissions(*paths: Path) -> dict[Path, tuple[int, int, int]]:
    found = {path: path.lstat() for path in paths}
    return {path: (stat.st_mode, stat.st_uid, stat.st_gid) for path, stat in found.items()}


@pytest.fixture
def hidden_programs(hidden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = binaries.installed().parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        shutil.copytree(part, hidden / part.name, ignore=shutil.ignore_patterns("pginstall", "include"))
    monkeypatch.syspath_prepend(hidden)


@as_root
@pytest.mark.usefixtures("hidden_programs")
def test_what_is_out_of_reach_is_elsewhere_and_no_permission_changes(hidden: Path) -> None:
    programs = binaries.installed()
    outside = [*programs.parents, *programs.rglob("*")]
    before = permissions(*outside)
    with embedded_postgres(hidden / "data", durable=False) as url:
        fetch(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    (hidden / "data").rename(hidden / "moved")
    with embedded_postgres(hidden / "moved", durable=False) as url:
        assert fetch(url) == 42
    assert hidden in outside
    assert permissions(*outside) == before
    assert {path.name.partition("-")[0] for path in place.SHARED.iterdir() if path.is_dir()} == {
        "postgresql",
        "throwaway",
    }


@as_root
def test_a_data_folder_shares_its_cluster_with_no_copy_or_successor(hidden: Path) -> None:
    with embedded_postgres(hidden / "data", durable=False) as url:
        fetch(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    old = Path((hidden / "data/postgres/elsewhere").read_text())
    shutil.copytree(hidden / "data", hidden / "copy")
    with pytest.raises(ReelgraphError, match="/copy is a copy that can't share it"):
        embedded_postgres(hidden / "copy").__enter__()
    shutil.rmtree(hidden / "data")
    with embedded_postgres(hidden / "data", durable=False) as url, pytest.raises(asyncpg.UndefinedTableError):
        fetch(url)
    assert not old.exists()
    shutil.rmtree(place.SHARED)
    with pytest.raises(ReelgraphError, match="is gone"):
        embedded_postgres(hidden / "data").__enter__()


@as_root
def test_a_shared_folder_that_somebody_else_made_is_not_used(
    hidden: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.SHARED.mkdir()
    os.chown(place.SHARED, 65534, 65534)
    monkeypatch.setattr(place, "TEMPORARY", [folder])
    with embedded_postgres(hidden / "data", durable=False) as url:
        assert fetch(url, "SELECT 1") == 1
    assert not list(place.SHARED.iterdir())
    assert Path((hidden / "data/postgres/elsewhere").read_text()).parent.parent == folder
