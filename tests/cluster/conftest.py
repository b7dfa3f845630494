"""A PgBouncer before this run's PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from server.cluster.pgbouncer import pgbouncer
from tests.support.poolers import CONNECTIONS, require_pgbouncer


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
