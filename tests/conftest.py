"""What tests stand on: a real PostgreSQL, a database of their own each, and the real application on it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from sqlalchemy import make_url
from uuid_utils.compat import uuid7

from database.embedded import embedded_postgres
from database.engine import Database
from database.migrate import migrate
from server.cli.options import token_for
from server.settings import Settings
from server.stores import open_storage
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.databases import administer
from tests.support.deployed import Deployed, asking
from tests.support.library import Library
from tests.support.live import Live, running_live
from tests.support.object_store import ObjectStore, running_object_store
from tests.support.processes import running, wait_until_ready

TEMPLATE = "template_reelgraph"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--deployed`: tests ask an installation that runs, instead of an application of their own."""
    parser.addoption("--deployed", metavar="URL", help="address of a running installation to ask")
    parser.addoption("--deployed-data", metavar="FOLDER", help="its data folder")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have the longest tests begin first: at the end all processes but one would wait for them.

    Each process of pytest-xdist begins with a part of the list, of which there are as many as processes.
    """
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    longest = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if not item.get_closest_marker("long")]
    part = (len(items) + len(longest)) // workers
    for number, item in enumerate(longest):
        items.insert(number % workers * part + number // workers, item)


@pytest.fixture(scope="session")
def deployed(request: pytest.FixtureRequest) -> Deployed | None:
    """The installation that runs, where one is to be asked."""
    url = request.config.getoption("--deployed")
    return Deployed(url, Path(request.config.getoption("--deployed-data"))) if url else None


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's user can reach; pytest's own are closed to all but who runs it."""
    with TemporaryDirectory(prefix="reelgraph-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(open_folder: Path, deployed: Deployed | None) -> Iterator[str]:
    """URL of a PostgreSQL for this run; it trades durability for speed."""
    if deployed is not None:
        yield deployed.database_url
        return
    with embedded_postgres(open_folder, durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def template(postgres: str, deployed: Deployed | None) -> str:
    """URL of a migrated database from which each test's own is cloned."""
    if deployed is not None:
        return postgres
    url = make_url(postgres).set(database=TEMPLATE).render_as_string(hide_password=False)

    async def prepare() -> None:
        await administer(postgres, f"CREATE DATABASE {TEMPLATE}")
        database = Database(url)
        await migrate(database.engine)
        await database.close()

    asyncio.run(prepare())
    return url


@pytest.fixture
async def database_url(postgres: str, template: str, deployed: Deployed | None) -> AsyncIterator[str]:
    """URL of a migrated database of the test's own; of one for all tests where it is deployed."""
    if deployed is not None:
        yield postgres
        return
    name = f"test_{uuid7().hex}"
    # Files are cloned, which takes half of the time that writing all their pages to the log takes.
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database} STRATEGY file_copy")
    yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    await administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def settings(tmp_path: Path, deployed: Deployed | None) -> Settings:
    # Without leeway, so that a token's end need not be waited for.
    return Settings(data=tmp_path / "data", jwt_leeway_seconds=0) if deployed is None else deployed.settings


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return open_storage(settings)


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """A running S3; each test takes a bucket of its own."""
    with running_object_store() as store:
        yield store


@pytest.fixture
def viewer() -> UUID:
    return uuid7()


@pytest.fixture
async def api(
    settings: Settings, database: Database, storage: Storage, viewer: UUID, *, deployed: Deployed | None
) -> AsyncIterator[Api]:
    """The application as a viewer's client sees it."""
    async with serving(settings, database, storage) if deployed is None else asking(deployed, database) as api:
        yield api.signed_in(viewer)


@pytest.fixture
async def live(settings: Settings, database: Database, storage: Storage) -> AsyncIterator[Live]:
    """The application on a socket of its own."""
    async with running_live(settings, database, storage) as live:
        yield live


@pytest.fixture
def library(database: Database, viewer: UUID) -> Library:
    """Makes the viewer's videos, jobs and metadata."""
    return Library(database, viewer)


@pytest.fixture
def process_env(database_url: str, tmp_path: Path, unused_tcp_port: int, deployed: Deployed | None) -> dict[str, str]:
    """The environment of processes that share a database, a data folder and a port."""
    return {
        "REELGRAPH_ENVIRONMENT": "development",
        "REELGRAPH_DATABASE_URL": database_url,
        "REELGRAPH_DATA": str(tmp_path / "data" if deployed is None else deployed.data),
        "REELGRAPH_PORT": str(unused_tcp_port),
    }


@pytest.fixture
def server_url(process_env: dict[str, str], deployed: Deployed | None) -> Iterator[str]:
    """Address of a running server."""
    if deployed is not None:
        yield deployed.url
        return
    url = f"http://127.0.0.1:{process_env['REELGRAPH_PORT']}"
    with running("serve", env=process_env):
        wait_until_ready(url)
        yield url


@pytest.fixture
def worker(process_env: dict[str, str], deployed: Deployed | None) -> Iterator[None]:
    """A running worker."""
    if deployed is not None:
        yield
        return
    with running("worker", env=process_env):
        yield


@pytest.fixture
def token(process_env: dict[str, str]) -> str:
    """An access token of the demo user, signed with the processes' secret, as `reelgraph token` prints it."""
    return token_for(Settings(data=Path(process_env["REELGRAPH_DATA"])), None)
