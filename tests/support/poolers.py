"""PgBouncer, where tests need one."""

import os

import pytest

from database.errors import ReelgraphError
from server.cluster.pgbouncer import installed_pgbouncer

# What it has to each database: few, so that its clients share them.
CONNECTIONS = 3


def require_pgbouncer() -> None:
    """Skip a test where there is none; in CI there has to be one."""
    try:
        installed_pgbouncer()
    except ReelgraphError as missing:
        if os.environ.get("CI"):
            pytest.fail(f"{missing} {missing.hint}")
        pytest.skip(f"{missing} {missing.hint}")
