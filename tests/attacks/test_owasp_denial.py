"""OWASP's GraphQL cheat sheet, "DoS Prevention" and "Batching Attacks".

https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from database.engine import Database
from server.settings import Settings
from tests.attacks.conftest import Attacker
from tests.support.api import Api
from tests.support.library import Library

COST_PER_MINUTE = 500
TIMEOUT_SECONDS = 0.3


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    return Settings(data=tmp_path / "data", **getattr(request, "param", {}))


def exceeded(error: dict[str, Any], limit: str) -> bool:
    """Whether an error names a limit, what came and what may come."""
    extensions = error["extensions"]
    assert extensions["code"] == "LIMIT_EXCEEDED"
    assert extensions["value"] > extensions["maximum"]
    assert f"{extensions['maximum']:,}" in error["message"]
    return bool(extensions["limit"] == limit)


async def test_depth_is_limited(attacker: Attacker) -> None:
    inside = "id"
    for _ in range(30):
        inside = f"latestJob {{ video {{ {inside} }} }}"
    assert exceeded(await attacker.refused(f"{{ videos {{ nodes {{ {inside} }} }} }}"), "depth")


async def test_the_amount_that_is_asked_for_is_limited(attacker: Attacker) -> None:
    answer = await attacker.send("{ videos(first: 99999999) { nodes { id } } }")
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "100" in answer["errors"][0]["message"]
    many = [f"video_{number:032x}" for number in range(1000)]
    answer = await attacker.send("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=many)
    assert "100" in answer["errors"][0]["message"]


async def test_what_lists_in_lists_come_to_is_limited(attacker: Attacker) -> None:
    """Query cost: each page is small, together they are a million rows."""
    jobs = "jobs(first: 100) { nodes { video { jobs(first: 100) { nodes { id } } } } }"
    query = f"{{ videos(first: 100) {{ nodes {{ {jobs} }} }} }}"
    assert exceeded(await attacker.refused(query), "cost")
    query = f"query ($n: Int) {{ videos(first: $n) {{ nodes {{ {jobs.replace('100', '$n')} }} }} }}"
    assert exceeded(await attacker.refused(query, n=100), "cost")
    assert "data" in await attacker.send(query, n=2)


async def test_what_pages_show_costs_what_they_show(attacker: Attacker, library: Library) -> None:
    """Server-side batching: a page of any length is as many statements as it is deep."""
    mine = Library(library.database, attacker.viewer)
    await mine.processed_videos(30, jobs=2)
    query = "{ videos(first: %d) { nodes { jobs(first: 2) { nodes { metadata { title } } } } } }"
    await attacker.send(query % 1)  # a new connection asks for types first
    counts = []
    for length in (3, 30):
        async with attacker.api.statements() as statements:
            await attacker.api.data(query % length)
        counts.append(len(statements))
    assert counts == [2, 2]


@pytest.mark.parametrize("settings", [{"operation_timeout_seconds": TIMEOUT_SECONDS}], indirect=True)
async def test_an_operation_that_takes_too_long_is_ended(attacker: Attacker, database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE videos IN ACCESS EXCLUSIVE MODE"))
        async with asyncio.timeout(10):
            error = await attacker.refused("{ videos { nodes { id } } }")
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%videos%'")
        assert (await session.scalars(waiting)).one() == 0
    assert error["extensions"]["code"] == "TIMEOUT"


@pytest.mark.parametrize("settings", [{"cost_per_minute": COST_PER_MINUTE}], indirect=True)
async def test_the_rate_of_one_viewer_is_limited_and_nobody_elses(attacker: Attacker, api: Api) -> None:
    query = {"query": "{ videos(first: 50) { nodes { id title } } }"}
    statuses = [(await attacker.api.post(query)).status_code for _ in range(20)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    refused = await attacker.post(query)
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["errors"][0]["extensions"]["code"] == "BUDGET_EXHAUSTED"
    assert (await api.post(query)).status_code == 200


async def test_bodies_and_documents_are_limited(attacker: Attacker) -> None:
    """System resources: what is too large is refused before it is read."""
    large = await attacker.post({"query": "{ __typename }", "variables": {"x": "y" * 2_000_000}})
    assert large.status_code == 413
    for query in ("{ __typename }" + " " * 500_000, "{ " + "__typename " * 2000 + "}"):
        error = await attacker.refused(query)
        assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert "nested too deeply" in (await attacker.refused("{ a" * 10_000))["message"]


async def test_operations_do_not_come_in_batches(attacker: Attacker) -> None:
    answer = await attacker.post([{"query": "{ viewer { id } }"}] * 100)
    assert answer.status_code == 400
    assert "JSON object" in answer.json()["errors"][0]["message"]


async def test_aliases_are_no_batches_either(attacker: Attacker) -> None:
    """Brute force in one request: a thousand guesses under a thousand names."""
    guesses = " ".join(f'g{number}: video(id: "video_{number:032x}") {{ id }}' for number in range(1000))
    error = await attacker.refused(f"{{ {guesses} }}")
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    few = " ".join(f"g{number}: viewer {{ id }}" for number in range(31))
    assert (await attacker.refused(f"{{ {few} }}"))["extensions"]["limit"] in {"aliases", "rootFields"}
    changes = " ".join(f'd{number}: deleteVideo(videoId: "video_1") {{ __typename }}' for number in range(50))
    assert (await attacker.refused(f"mutation {{ {changes} }}"))["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_directives_are_limited(attacker: Attacker) -> None:
    query = "{ __typename " + "@include(if: true) " * 200 + "}"
    assert (await attacker.refused(query))["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_a_field_again_and_again_is_limited(attacker: Attacker) -> None:
    """The same field need not be compared with each of its like before it is refused."""
    error = await attacker.refused("{ viewer { " + "id " * 900 + "} videos { nodes { " + "id " * 900 + "} } }")
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("settings", [{"introspection": "off", "suggestions": "off"}], indirect=True)
async def test_the_contract_is_not_told_where_that_is_switched_off(attacker: Attacker) -> None:
    """Introspection by its own fields, and piece by piece by what errors suggest."""
    for query in ("{ __schema { types { name } } }", '{ __type(name: "Video") { fields { name } } }'):
        answer = await attacker.send(query)
        assert "data" not in answer
        assert "introspection" in answer["errors"][0]["message"].lower()
    answer = await attacker.send("{ vide }")
    assert "videos" not in str(answer)
    assert "data" in await attacker.send("{ __typename }")


async def test_introspection_in_circles_is_limited(attacker: Attacker) -> None:
    inside = "name"
    for _ in range(8):
        inside = f"fields {{ type {{ {inside} }} }}"
    answer = await attacker.send(f"{{ __schema {{ types {{ {inside} }} }} }}")
    assert "data" not in answer
