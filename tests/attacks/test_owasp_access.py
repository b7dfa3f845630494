"""OWASP's GraphQL cheat sheet, "Access Control" and "Secure Configurations".

https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html
"""

from uuid import UUID

import pytest
from sqlalchemy import text

from database.engine import Database
from server.settings import Settings
from services.storage import Storage
from tests.attacks.conftest import Attacker, Victim
from tests.support.api import Api, serving

EVERYTHING = """
query ($video: ID!, $job: ID!, $metadata: ID!, $all: [ID!]!) {
  byNode: node(id: $video) { id }
  jobByNode: node(id: $job) { id }
  metadataByNode: node(id: $metadata) { id }
  nodes(ids: $all) { id }
  video(id: $video) { id }
  videoJob(id: $job) { id }
  videos { totalCount nodes { id } }
  videoJobs(statuses: [PENDING, PROCESSING, COMPLETED, FAILED]) { totalCount nodes { id } }
  searchTranscripts(query: "private") { nodes { passage } }
  viewer { videoCount }
}
"""
CHANGES = [
    "deleteVideo(videoId: $video)",
    "cancelVideoJob(jobId: $job)",
    "retryVideoJob(jobId: $failedJob)",
    "completeVideoUpload(input: {videoId: $video})",
    'updateVideoMetadata(input: {metadataId: $metadata, expectedVersion: 1, title: "mine"})',
]


async def test_nobody_reads_what_is_not_theirs_by_any_way(attacker: Attacker, victim: Victim) -> None:
    """Insecure direct object references: ids of others lead nowhere, by every field that takes or finds one."""
    ids = {"video": victim.video, "job": victim.job, "metadata": victim.metadata}
    answer = await attacker.send(EVERYTHING, **ids, all=list(ids.values()))
    assert answer == {
        "data": {
            "byNode": None,
            "jobByNode": None,
            "metadataByNode": None,
            "nodes": [None, None, None],
            "video": None,
            "videoJob": None,
            "videos": {"totalCount": 0, "nodes": []},
            "videoJobs": {"totalCount": 0, "nodes": []},
            "searchTranscripts": {"nodes": []},
            "viewer": {"videoCount": 0},
        }
    }


@pytest.mark.parametrize("change", CHANGES)
async def test_nobody_changes_what_is_not_theirs(
    attacker: Attacker, victim: Victim, database: Database, change: str
) -> None:
    before = await everything(database)
    ids = {"video": victim.video, "job": victim.job, "failedJob": victim.failed_job, "metadata": victim.metadata}
    (name,) = [name for name in ids if f"${name})" in change or f"${name}," in change or f"${name}}}" in change]
    answer = await attacker.send(f"mutation (${name}: ID!) {{ done: {change} {{ __typename }} }}", **{name: ids[name]})
    assert answer["data"] == {"done": {"__typename": "NotFoundError"}}
    assert await everything(database) == before


async def everything(database: Database) -> list[str]:
    """All rows that anybody owns."""
    tables = ("videos", "video_jobs", "video_metadata")
    async with database.transaction() as session:
        rows = [await session.scalars(text(f"SELECT t::text FROM {table} AS t ORDER BY 1")) for table in tables]  # noqa: S608  our own names
        return [row for found in rows for row in found]


async def test_who_does_not_say_who_they_are_gets_nothing(api: Api) -> None:
    stranger = Attacker(Api(api.http, api.secret, api.database, api.usage), UUID(int=0))
    answer = await stranger.post({"query": "{ viewer { id } }"})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_errors_say_nothing_of_what_is_inside(attacker: Attacker, database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE videos RENAME COLUMN original_filename TO hidden"))
    answer = await attacker.send("{ videos { nodes { originalFilename } } }")
    (error,) = answer["errors"]
    assert error["extensions"].keys() == {"code", "requestId"}
    for inside in ("hidden", "original_filename", "does not exist", "asyncpg", "SELECT", "Traceback"):
        assert inside not in str(answer)


async def test_graphiql_can_be_switched_off_and_is_nobody_in_production(
    settings: Settings, database: Database, storage: Storage
) -> None:
    page = {"Accept": "text/html"}
    async with serving(settings, database, storage) as api:
        answer = await api.http.get("/graphql", headers=page)
        assert answer.headers["content-type"].startswith("text/html")
        assert "eyJ" not in answer.text  # no token
    async with serving(settings.model_copy(update={"graphiql": "off"}), database, storage) as api:
        answer = await api.http.get("/graphql", headers=page)
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/json; charset=utf-8")
        assert (await api.http.get("/graphql/assets/index.html")).status_code == 404
