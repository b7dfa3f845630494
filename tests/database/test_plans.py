"""On a library big enough to matter, every statement that reads goes through an index."""

import asyncio
import importlib
import itertools
import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import make_url, text

from database import statements
from database.engine import Database
from database.paging import Window
from database.statement import Statement
from database.statements import transcript, video, video_job, video_job_event, video_metadata
from database.wanted import EVERYTHING
from services.bulk_seed import BulkPlan, load_bulk_library
from tests.support.databases import administer
from tests.support.wants import all_wants

OWNER = UUID("0198c5e2-a7b3-7c30-b1d4-e6f708192a3b")
USERS, VIDEOS = 100, 200
WINDOWS = [Window(21, backwards, bounded) for backwards in (False, True) for bounded in (False, True)]
# All columns alone, all with all that can come beside them, and little of both.
WANTS = [EVERYTHING, *all_wants()]
FILTERS = {
    "statuses": ["FAILED"],
    "content_types": ["video/mp4"],
    "created_from": datetime(2025, 1, 1, tzinfo=UTC),
    "created_until": datetime(2025, 6, 1, tzinfo=UTC),
    "search": "lecture",
}


INSTANT = datetime(2025, 1, 1, tzinfo=UTC)
POSITIONS = {
    video.VideoOrder.CREATED_AT_DESC: INSTANT,
    video.VideoOrder.CREATED_AT_ASC: INSTANT,
    video.VideoOrder.ORIGINAL_FILENAME_ASC: "m",
    video.VideoOrder.SIZE_BYTES_DESC: 10**6,
}


# What the keys of a statement are, where they aren't videos.
KEYS = {
    "job_by_id": "video_jobs",
    "metadata_of_job": "video_jobs",
    "video_of_job": "video_jobs",
    "metadata_by_id": "video_metadata",
    "METADATA_TEXTS": "video_metadata",
}


OF_ONE_ROW = {"video_job_event_horizon"}


def every_statement() -> Iterator[tuple[str, Statement[Any], Any]]:
    """Each constant of `database.statements` and each builder in every shape, with a position in its order."""
    for module in (video, video_job, video_metadata, video_job_event, transcript):
        yield from ((name, found, None) for name, found in vars(module).items() if isinstance(found, Statement))
    filters = [frozenset[str](), *(frozenset({name}) for name in FILTERS), frozenset(FILTERS)]
    by_keys = (
        video.video_by_id,
        video.video_of_job,
        video_job.job_by_id,
        video_job.newest_job_of_video,
        video_metadata.metadata_by_id,
        video_metadata.metadata_of_job,
        video_metadata.metadata_of_video,
    )
    for wanted in WANTS:
        yield from ((build.__name__, build(wanted), None) for build in by_keys)
        for (order, position), window, given in itertools.product(POSITIONS.items(), WINDOWS, filters):
            yield "videos_page", video.videos_page(order, window, given, wanted), position
        for window in WINDOWS:
            yield "jobs_page", video_job.jobs_page(window, wanted), INSTANT
            for narrowed in (False, True):
                yield "jobs_of_video", video_job.jobs_of_video(window, statuses=narrowed, wanted=wanted), INSTANT
    yield from (("videos_count", video.videos_count(given), None) for given in filters)
    yield "jobs_count", video_job.jobs_count(), None
    yield from (("jobs_of_video_count", video_job.jobs_of_video_count(statuses=flag), None) for flag in (False, True))
    yield from (("transcript_matches", transcript.transcript_matches(window), 0.1) for window in WINDOWS)


@pytest.fixture(scope="module")
def library_url(postgres: str, template: str) -> Iterator[str]:
    """A database with 20,000 videos of 100 owners."""
    name = f"plans_{uuid4().hex}"
    url = make_url(postgres).set(database=name).render_as_string(hide_password=False)

    async def load() -> None:
        await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
        database = Database(url)
        await load_bulk_library(database, BulkPlan(OWNER, USERS, VIDEOS, 1, 1), lambda *_: None)
        async with database.transaction() as session:
            await session.execute(text("UPDATE video_jobs SET attempt = attempt + 1"))  # so that there are events
        async with database.transaction() as session:
            await session.execute(text("ANALYZE video_job_events"))
        await database.close()

    asyncio.run(load())
    yield url
    asyncio.run(administer(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def test_no_statement_is_left_out() -> None:
    known = {name for name, _, _ in every_statement()}
    for module in (
        importlib.import_module(f"database.statements.{found.name}")
        for found in pkgutil.iter_modules(statements.__path__)
    ):
        for name, found in vars(module).items():
            builds = hasattr(found, "cache_info") and found.__module__ == module.__name__ and not name.startswith("_")
            if isinstance(found, Statement) or builds:
                assert name in known, f"{module.__name__}.{name} has no plan test"


async def test_every_statement_goes_through_an_index(library_url: str) -> None:
    database = Database(library_url)
    async with database.transaction() as session:
        keys: dict[str, list[UUID]] = {}
        for table in ("videos", *set(KEYS.values())):
            query = text(f"SELECT id FROM {table} WHERE uploader_user_id = :owner LIMIT 20")  # noqa: S608  no input
            keys[table] = list((await session.scalars(query, {"owner": OWNER})).all())
    connection = await database.engine.raw_connection()
    driver: Any = connection.driver_connection
    seen = 0
    for name, statement, position in every_statement():
        values = {
            "viewer": OWNER,
            "keys": keys[KEYS.get(name, "videos")],
            "limit": 21,
            "query": "telescope",
            "after": 1,
            "video_id": None,
            "position_id": keys["videos"][0],
            "position_value": position,
            **FILTERS,
        }
        (plan,) = await driver.fetchval(f"EXPLAIN (FORMAT JSON) {statement.sql}", *statement.arguments(values))
        scanned = [node["Relation Name"] for node in nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"]
        scanned = [name for name in scanned if name not in OF_ONE_ROW]
        assert scanned == [], f"{name} reads {scanned} whole:\n{statement.sql}\n{json.dumps(plan, indent=1)[:3000]}"
        seen += 1
    assert seen > 400
    driver.terminate()
    connection.invalidate()
    await database.close()
