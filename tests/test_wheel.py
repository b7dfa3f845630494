"""The wheel by itself, with what it depends on and nothing else, as a container runs it."""

import asyncio
import errno
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from sqlalchemy import make_url
from uuid_utils.compat import uuid7

from server.graphiql.build import build_if_stale
from server.graphiql.page import DIST
from tests.support.confined import can_confine, confined
from tests.support.databases import administer
from tests.support.relay import by_tcp
from tests.support.small_clips import make_small_clips
from tests.test_repository import ROOT, tracked_files

UV = str(Path(sys.executable).with_name("uv"))
SECRET = "q7Lm2ZxV9rT4wYb8NcE1uJs6KfHd3PaG"
PACKAGES = ("database", "executor", "processing", "schema", "server", "services")
# What GraphiQL is built from, and what builds it.
SOURCES = (".npmrc", "build.py", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build_if_stale()
    folder = tmp_path_factory.mktemp("wheel")
    python = ("--python", sys.executable)
    run(UV, "build", "--quiet", "--wheel", "--no-build-isolation", *python, "--out-dir", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Iterator[Path]:
    """The programs of an environment that has the wheel, and of other packages what production's lock says."""
    with TemporaryDirectory(prefix="reelgraph-wheel-") as folder:
        Path(folder).chmod(0o755)
        environment = Path(folder) / "environment"
        python = ("--python", str(environment / "bin" / "python"))
        run(UV, "venv", "--quiet", "--python", sys.executable, str(environment))
        run(
            UV, "pip", "sync", "--quiet", "--compile-bytecode", *python, "--require-hashes", "requirements-runtime.lock"
        )
        run(UV, "pip", "install", "--quiet", "--compile-bytecode", *python, "--no-deps", str(wheel))
        yield environment / "bin"


@pytest.fixture
def place(installed: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="place-", dir=installed.parents[1]) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def in_container(
    script: str, *arguments: str, installed: Path, place: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a Python script confined, in an empty folder, with the environment's programs and its `data` writable."""
    python, data, start = installed / "python", place / "data", place / "empty"
    start.mkdir(exist_ok=True)
    command = confined(
        str(python), "-c", textwrap.dedent(script), *arguments, start=start, writable=[data], stand_in=place / "python"
    )
    env = {"PATH": f"{installed}:{os.defpath}", "REELGRAPH_DATA": str(data), "HOME": "/nonexistent", **variables}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_the_wheel_has_what_runs_and_nothing_else(wheel: Path) -> None:
    graphiql = ROOT / "server" / "graphiql"
    sources = {graphiql / name for name in SOURCES}
    tracked = {path for path in tracked_files() if path.relative_to(ROOT).parts[0] in PACKAGES}
    expected = {path for path in tracked - sources if not path.is_relative_to(graphiql / "src")}
    expected |= {path for path in DIST.rglob("*") if path.is_file()}
    with ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())
    assert found == {path.relative_to(ROOT).as_posix() for path in expected}
    assert any(name.endswith("queue.up.sql") for name in found)
    assert sum(name.startswith("server/graphiql/dist/assets/") for name in found) > 5


SERVES = """
    import json, os, re, subprocess, sys, time, urllib.error, urllib.request
    from pathlib import Path

    url, clip = sys.argv[1:]

    def run(*command):
        done = subprocess.run(["reelgraph", *command], capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def get(path, **headers):
        with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers)) as answer:
            return answer.read(), answer.headers

    def wait_until_ready(deadline=time.monotonic() + 40):
        while True:
            try:
                return get("/readyz")
            except urllib.error.URLError:
                assert time.monotonic() < deadline and server.poll() is None
                time.sleep(0.05)

    run("migrate")
    server = subprocess.Popen(["reelgraph", "serve"])
    worker = subprocess.Popen(["reelgraph", "worker"])
    wait_until_ready()
    page = get("/graphql", Accept="text/html")[0].decode()
    assets = re.findall(r'(?:src|href)="([^"]*assets/[^"]+)"', page)
    kinds = {get(re.sub(r"^.*assets/", "/graphql/assets/", path))[1]["Content-Type"].split(";")[0] for path in assets}
    run("upload", clip)
    query = {"query": "{ videos(first: 1) { nodes { title status metadata { thumbnailFileUrl } } } }"}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + run("token").strip()}
    ask = urllib.request.Request(url + "/graphql", json.dumps(query).encode(), headers)
    answer = json.load(urllib.request.urlopen(ask))
    for process in (server, worker):
        process.terminate()
        assert process.wait(30) == 0

    def refused(path):
        try:
            path.write_text("")
        except OSError as error:
            return error.errno

    import processing
    package = Path(processing.__file__)
    refusals = [refused(package.with_name("written.py")), refused(Path("written"))]
    seen = {"kinds": sorted(kinds), "answer": answer, "package": str(package), "refused": refusals, "user": os.getuid()}
    print(json.dumps(seen))
"""


@pytest.fixture
async def empty_database(postgres: str) -> AsyncIterator[str]:
    name = f"wheel_{uuid7().hex}"
    await administer(postgres, f"CREATE DATABASE {name}")
    async with by_tcp(make_url(postgres).set(database=name).render_as_string(hide_password=False)) as url:
        yield url
    await administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.skipif(not can_confine(), reason="no mounts of our own on this machine")
async def test_it_serves_and_processes_where_nothing_can_be_written(
    installed: Path, place: Path, empty_database: str, unused_tcp_port: int
) -> None:
    secrets = place / "secrets"
    secrets.mkdir()
    (secrets / "reelgraph_jwt_secret").write_text(SECRET)
    (secrets / "reelgraph_database_url").write_text(empty_database)
    clip = make_small_clips(place)["subtitled"].path
    done = await asyncio.to_thread(
        in_container,
        SERVES,
        f"http://127.0.0.1:{unused_tcp_port}",
        str(clip),
        installed=installed,
        place=place,
        REELGRAPH_PORT=str(unused_tcp_port),
        CREDENTIALS_DIRECTORY=str(secrets),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert {"text/css", "text/javascript"} <= set(seen["kinds"])
    (video,) = seen["answer"]["data"]["videos"]["nodes"]
    assert video["title"] == "Subtitled"
    assert video["status"] == "COMPLETED"
    assert video["metadata"]["thumbnailFileUrl"]
    assert Path(seen["package"]).is_relative_to(installed.parent)
    assert seen["refused"] == [errno.EROFS] * 2
    assert seen["user"] != 0 or os.geteuid() != 0
    assert list((place / "empty").iterdir()) == []


TELLS = """
    import subprocess
    for command in ("--help", "codegen", "web", "serve"):
        done = subprocess.run(["reelgraph", command], capture_output=True, text=True)
        print(command, done.returncode, done.stdout.strip(), done.stderr.strip())
"""


@pytest.mark.skipif(not can_confine(), reason="no mounts of our own on this machine")
def test_what_is_not_there_is_said(installed: Path, place: Path) -> None:
    said = in_container(TELLS, installed=installed, place=place, COLUMNS="300", REELGRAPH_JWT_SECRET=SECRET).stdout
    assert "Traceback" not in said
    assert "--help 0" in said
    assert "codegen 1  error: There is no codegen folder" in said
    assert "web 1  error: There is no web app" in said
    assert "serve 1  error: This Python environment has no PostgreSQL of its own." in said
    assert "pip install 'reelgraph[embedded]'" in said
