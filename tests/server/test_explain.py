"""How an operation was answered: who may see it, and what it tells."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

import pytest

from database.engine import Database
from server.settings import Settings
from server.tokens import issue_token
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.library import Library

VIDEOS = "{ videos { nodes { id } } }"
NESTED = "{ videos { nodes { title jobs { totalCount nodes { metadata { tags transcriptText } } } } } }"
UPLOAD = """
    mutation {
      createVideoUpload(input: {originalFilename: "a.mp4", contentType: "video/mp4", sizeBytes: 1}) {
        ... on CreateVideoUploadSuccess { video { id jobs { nodes { id } } } }
      }
    }
"""


@pytest.fixture
async def development(settings: Settings, database: Database, storage: Storage, viewer: UUID) -> AsyncIterator[Api]:
    """The application as developers run it."""
    settings = settings.model_copy(update={"environment": "development"})
    async with serving(settings, database, storage) as api:
        yield api.signed_in(viewer)


async def explained(api: Api, query: str, how: str = "1", **variables: Any) -> dict[str, Any]:
    response = await api.post({"query": query, "variables": variables}, **{"X-Reelgraph-Explain": how})
    explanation: dict[str, Any] = response.json().get("extensions", {}).get("explain", {})
    return explanation


async def test_in_development_everybody_may_ask(development: Api) -> None:
    explanation = await explained(development, VIDEOS)
    assert (explanation["executor"], explanation["reason"]) == ("compiled", None)
    assert "extensions" not in await development.execute(VIDEOS)


@pytest.mark.parametrize("may_explain", [True, False])
async def test_in_production_those_may_whose_token_says_so(api: Api, viewer: UUID, may_explain: bool) -> None:
    token = issue_token(api.secret, viewer, timedelta(minutes=1), may_explain=may_explain)
    api.headers["Authorization"] = f"Bearer {token}"
    assert bool(await explained(api, VIDEOS)) == may_explain
    assert bool(await explained(api, VIDEOS, "analyze=0")) == may_explain


@pytest.mark.parametrize(
    "how", ["", "0", "2", "true", "analyze", "analyze=", "analyze=-1", "analyze=x", "analyze=10000"]
)
async def test_another_value_is_refused(development: Api, how: str) -> None:
    response = await development.post({"query": VIDEOS}, **{"X-Reelgraph-Explain": how})
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert "analyze=N" in error["message"]


async def test_who_may_not_ask_may_send_anything(api: Api) -> None:
    assert (await api.post({"query": VIDEOS}, **{"X-Reelgraph-Explain": "x"})).status_code == 200


async def test_the_levels_of_a_query(development: Api, library: Library) -> None:
    await library.processed_videos(3, jobs=2)
    explanation = await explained(development, NESTED)
    facts = itemgetter("path", "objects", "by", "loader", "keys", "known")
    levels = [list(map(facts, level["fields"])) for level in explanation["levels"]]
    assert levels == [
        [("videos", 1, "resolver", None, None, None)],
        [
            ("videos.nodes", 1, "attribute", None, None, None),
            ("videos.nodes.title", 3, "join", None, None, None),
            ("videos.nodes.jobs", 3, "loader", "jobs_of_video", 3, 0),
        ],
        [
            ("videos.nodes.jobs.totalCount", 3, "resolver", None, None, None),
            ("videos.nodes.jobs.nodes", 3, "attribute", None, None, None),
            ("videos.nodes.jobs.nodes.metadata", 6, "loader", "metadata_of_job", 6, 6),
            ("videos.nodes.jobs.nodes.metadata.transcriptText", 6, "loader", "metadata_texts", 6, 0),
        ],
        [],
    ]
    statements = [(run["name"], run["level"], run["rows"]) for run in explanation["statements"]]
    assert sorted(statements) == [
        ("jobs_of_video", 1, 6),
        ("jobs_of_video_count", 2, 3),
        ("metadata_texts", 2, 6),
        ("videos_page", 0, 3),
    ]
    types = {field["path"]: field["type"] for level in explanation["levels"] for field in level["fields"]}
    assert types["videos.nodes.jobs.nodes"] == "[VideoJob!]!"


async def test_statements_are_those_that_ran(development: Api, library: Library) -> None:
    await library.processed_videos(3)
    await explained(development, NESTED)  # asyncpg asks once a connection what our types are
    async with development.statements() as statements:
        explanation = await explained(development, NESTED)
    assert [run["sql"] for run in explanation["statements"]] == statements
    times = explanation["milliseconds"]
    assert all(run["milliseconds"] > 0 for run in explanation["statements"])
    assert times["total"] > times["statements"] > 0
    assert times["total"] > times["shaping"] > 0


async def test_whether_the_document_was_known(development: Api) -> None:
    query = f"query Q{uuid4().hex} {VIDEOS}"
    assert [(await explained(development, query))["document"] for _ in range(2)] == [
        {"cached": False},
        {"cached": True},
    ]


async def test_one_statement_is_analyzed(development: Api, library: Library) -> None:
    await library.processed_videos(2)
    names = [run["name"] for run in (await explained(development, NESTED))["statements"]]
    for index in range(len(names)):
        explanation = await explained(development, NESTED, f"analyze={index}")
        analyzed = [run["analyze"] for run in explanation["statements"]]
        assert "Execution Time" in analyzed.pop(index)
        assert analyzed == [None] * (len(names) - 1)
    explanation = await explained(development, NESTED, "analyze=9")
    assert [run["analyze"] for run in explanation["statements"]] == [None] * len(names)


async def test_a_mutation_is_explained_and_never_run_again(development: Api) -> None:
    async with development.statements() as statements:
        explanation = await explained(development, UPLOAD, "analyze=0")
    assert explanation["executor"] == "compiled"
    assert [run["analyze"] for run in explanation["statements"]] == [None] * len(explanation["statements"])
    assert explanation["statements"]
    assert sum("INSERT INTO videos" in sql for sql in statements) == 1
    assert not any("EXPLAIN" in sql for sql in statements)


async def test_values_are_nowhere_but_in_analyze(development: Api, library: Library, viewer: UUID) -> None:
    video = await library.video(original_filename="quokka.mp4", content_type="video/x-quokka")
    await library.job(video)
    query = """
        query ($filter: VideoFilter, $id: ID!) {
          videos(filter: $filter) { nodes { id jobs { nodes { id } } } }
          video(id: $id) { originalFilename }
        }
    """
    created = {"from": "2025-12-24T01:02:03Z"}
    matching = {"search": "quokka", "contentTypes": ["video/x-quokka"], "createdAt": created}
    variables = {"filter": matching, "id": f"video_{video.id.hex}"}
    for index in range(3):
        explanation = await explained(development, query, f"analyze={index}", **variables)
        plans = [run.pop("analyze") for run in explanation["statements"]]
        assert plans[index]
        told = json.dumps(explanation).replace("-", "")
        values = ["quokka", "20251224", video.id.hex, viewer.hex]
        assert [value for value in values if value in told] == []


@pytest.mark.parametrize(
    ("query", "reason"),
    [("{ __schema { queryType { name } } }", "introspection"), ('{ video(id: "x") { id } }', "an error")],
)
async def test_why_the_reference_executor_answered(development: Api, query: str, reason: str) -> None:
    explanation = await explained(development, query)
    assert (explanation["executor"], explanation["reason"]) == ("reference", reason)


async def test_the_reference_executor_by_setting(
    settings: Settings, database: Database, storage: Storage, library: Library
) -> None:
    await library.processed_videos(2)
    settings = settings.model_copy(update={"environment": "development", "executor": "reference"})
    async with serving(settings, database, storage) as api:
        explanation = await explained(api.signed_in(library.owner), NESTED)
    assert (explanation["executor"], explanation["reason"]) == ("reference", "switched off")
    assert explanation["levels"] == [{"fields": []}]
    assert {run["level"] for run in explanation["statements"]} == {0}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{", {}),
        ("{ nothing }", {}),
        ("query A { viewer { id } } query B { viewer { id } }", {}),
        ("query ($n: Int) { videos(first: $n) { nodes { id } } }", {"n": "x"}),
    ],
)
async def test_where_nothing_ran_nothing_is_explained(development: Api, query: str, variables: dict[str, Any]) -> None:
    body = {"query": query, "variables": variables}
    answer = (await development.post(body, **{"X-Reelgraph-Explain": "1"})).json()
    assert answer["errors"]
    assert "extensions" not in answer
