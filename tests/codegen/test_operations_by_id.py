"""Each operation, sent by the client to a server where its manifest is registered: by id and by text."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from database.engine import Database
from services.storage import Storage
from tests.schema.test_operations import BUDGETS, make_rows
from tests.support.deployed import Deployed
from tests.support.library import Library
from tests.support.node_tests import run_node_tests
from tests.support.processes import run_reelgraph


async def twin(database: Database, storage: Storage, env: dict[str, str]) -> dict[str, Any]:
    """A new viewer with rows of their own: a token, and each operation's variables."""
    owner: UUID = uuid4()
    rows = await make_rows(Library(database, owner), storage)
    token = run_reelgraph("token", "--user", str(owner), env=env).stdout.strip()
    return {"token": token, "variables": {name: given(rows) for name, (_, given) in BUDGETS.items()}}


async def test_the_client_gets_the_same_answers_by_id_and_by_text(
    checkout: Path,
    server_url: str,
    database: Database,
    storage: Storage,
    *,
    process_env: dict[str, str],
    deployed: Deployed | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manifest = checkout / "codegen/src/gql/persisted-documents.json"
    registered = run_reelgraph("clients", "register", "client@1.0.0", str(manifest), env=process_env)
    assert registered.returncode == 0, registered.stderr
    twins = [await twin(database, storage, process_env) for _ in range(2)]
    given = {"url": f"{server_url}/graphql", "twins": twins, "haveWorkers": deployed is not None}
    monkeypatch.setenv("REELGRAPH_GIVEN", json.dumps(given))

    await asyncio.to_thread(run_node_tests, checkout / "codegen", "operations.test.ts")
