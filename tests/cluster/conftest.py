"""A PgBouncer before this run's PostgreSQL, and a replica that follows it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from database.embedded import embedded_standby
from database.replicas import REACHED
from server.cluster.pgbouncer import pgbouncer
from tests.support.poolers import CONNECTIONS, require_pgbouncer
from tests.support.replicas import CAUGHT_UP_SECONDS, asked, end_of_log


@pytest.fixture(scope="session")
def pooler(postgres: str) -> Iterator[str]:
    """Address of a PgBouncer in transaction mode."""
    require_pgbouncer()
    with pgbouncer(postgres, connections=CONNECTIONS) as url:
        yield url


@pytest.fixture
def pooled_url(pooler: str, database_url: str) -> str:
    """The test's own database by way of it."""
    return make_url(pooler).set(database=make_url(database_url).database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def standby(postgres: str, open_folder: Path) -> Iterator[str]:
    """Address of a streaming replica of this run's PostgreSQL, which does not wait for the disk when it commits."""
    assert postgres
    with embedded_standby(open_folder) as url:
        yield url


@pytest.fixture
async def replica_url(standby: str, database_url: str) -> str:
    """The test's own database there, when it has come."""
    place = await end_of_log(database_url)
    async with asyncio.timeout(CAUGHT_UP_SECONDS):
        while int(await asked(standby, REACHED)) < place:
            await asyncio.sleep(0.02)
    return make_url(standby).set(database=make_url(database_url).database).render_as_string(hide_password=False)
