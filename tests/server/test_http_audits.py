"""GraphQL over HTTP as its audits have it: https://github.com/graphql/graphql-http."""

import asyncio
import json
from pathlib import Path

import pytest

from server.node import install, run_node
from tests.support.api import Api
from tests.support.live import Live

PACKAGE = Path(__file__).parents[1] / "http_audits"


@pytest.fixture(scope="session")
def package() -> Path:
    """The npm package with the audits, installed."""
    install(PACKAGE)
    return PACKAGE


async def test_every_audit_passes(live: Live, api: Api, package: Path) -> None:
    arguments = ("audit.js", f"{live.url}/graphql", api.headers["Authorization"])
    audits = json.loads(await asyncio.to_thread(run_node, *arguments, cwd=package))
    assert len(audits) == 61
    assert [f"{audit['name']}: {audit['reason']}" for audit in audits if audit["status"] != "ok"] == []
