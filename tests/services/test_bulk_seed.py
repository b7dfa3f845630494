"""Bulk libraries: determined by their seed, whole at any time, and such as the API would have left behind."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from database.engine import Database
from database.errors import ReelgraphError
from database.video_job import StageName
from server.cli import app
from server.demo.viewer import DEMO_USER
from services.bulk_seed import BulkPlan, Loaded, load_bulk_library
from services.bulk_seed.drawing import draw
from services.bulk_seed.records import Records
from services.video import check_upload
from services.video_metadata import MetadataChanges, check_changes
from tests.support.processes import run_reelgraph

PLAN = BulkPlan(DEMO_USER, users=3, videos_per_user=40, jobs_per_video=3)
TABLES = ("videos", "video_jobs", "video_metadata")


@pytest.fixture(scope="module")
def records() -> Records:
    """The rows of a plan large enough for shares to show."""
    return draw(replace(PLAN, users=10).videos(), 3)


async def rows(database: Database, query: str) -> Sequence[Any]:
    """What a statement returns."""
    async with database.transaction() as session:
        return (await session.execute(text(query))).all()


async def number(database: Database, query: str) -> int:
    """A statement's one value."""
    return int((await rows(database, query))[0][0])


async def fingerprints(database: Database) -> list[str]:
    """A hash of each table's rows with all their columns."""
    query = "SELECT md5(string_agg(entity::text, ';' ORDER BY id)) FROM {} AS entity"
    return [(await rows(database, query.format(table)))[0][0] for table in TABLES]


async def remove(database: Database, condition: str = "true") -> None:
    """Delete videos and what belongs to them."""
    await rows(database, f"DELETE FROM videos WHERE {condition} RETURNING id")  # noqa: S608  no input


async def test_it_is_as_large_as_planned(database: Database) -> None:
    loaded = await load_bulk_library(database, PLAN)
    counts = [await number(database, f"SELECT count(*) FROM {table}") for table in TABLES]  # noqa: S608  no input
    assert counts[:2] == [120, 360]
    assert counts[2] == await number(database, "SELECT count(*) FROM video_jobs WHERE status = 'COMPLETED'")
    assert loaded == Loaded(videos=120, rows=sum(counts))
    owners = await rows(database, "SELECT uploader_user_id, count(*) FROM videos GROUP BY 1")
    assert {tuple(owner) for owner in owners} == {(PLAN.owner(user), 40) for user in range(3)}
    assert PLAN.owner(0) == DEMO_USER
    assert {row.jobs for row in await rows(database, "SELECT count(*) AS jobs FROM video_jobs GROUP BY video_id")} == {
        3
    }
    assert await number(database, "SELECT count(*) FROM pgqueuer") == 0, "a worker would find no files"


async def test_the_seed_determines_every_row(database: Database) -> None:
    await load_bulk_library(database, PLAN)
    first = await fingerprints(database)
    with pytest.raises(ReelgraphError, match="is there already: all 120 videos of random seed 1"):
        await load_bulk_library(database, PLAN)
    assert await fingerprints(database) == first
    await remove(database)
    await load_bulk_library(database, PLAN)
    assert await fingerprints(database) == first
    await remove(database)
    await load_bulk_library(database, replace(PLAN, random_seed=2))
    assert not set(await fingerprints(database)) & set(first)


async def test_a_load_adds_what_is_missing(database: Database) -> None:
    await load_bulk_library(database, replace(PLAN, users=2, videos_per_user=30))
    await load_bulk_library(database, PLAN)
    whole = await fingerprints(database)
    await remove(database, f"uploader_user_id = '{PLAN.owner(1)}' OR size_bytes % 2 = 0")
    left = await number(database, "SELECT count(*) FROM videos")
    loaded = await load_bulk_library(database, PLAN)
    assert (loaded.videos_before, loaded.videos) == (left, 120 - left)
    assert await fingerprints(database) == whole


async def test_a_load_that_is_stopped_leaves_nothing_half(database: Database) -> None:
    plan = replace(PLAN, users=15)
    begun = asyncio.Event()
    loading = asyncio.create_task(load_bulk_library(database, plan, lambda _: begun.set()))
    await begun.wait()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    videos = await number(database, "SELECT count(*) FROM videos")
    assert 0 < videos < plan.videos_count
    assert await number(database, "SELECT count(*) FROM video_jobs") == 3 * videos
    without = (
        "SELECT count(*) FROM video_jobs j LEFT JOIN video_metadata m ON m.job_id = j.id WHERE status = 'COMPLETED'"
    )
    assert await number(database, f"{without} AND m.id IS NULL") == 0
    assert (await load_bulk_library(database, plan)).videos == plan.videos_count - videos


async def test_two_loads_at_once_do_not_collide(database: Database) -> None:
    results = await asyncio.gather(*(load_bulk_library(database, PLAN) for _ in range(2)), return_exceptions=True)
    (refused,) = [result for result in results if isinstance(result, ReelgraphError)]
    assert "Another bulk library is being loaded" in str(refused)
    assert await number(database, "SELECT count(*) FROM videos") == 120


def test_jobs_are_in_every_state_and_only_the_newest_is_active(records: Records) -> None:
    newest = {job.video_id: job for job in sorted(records.jobs, key=lambda job: (job.created_at, job.id))}
    count = Counter(job.status for job in newest.values())
    assert count["COMPLETED"] > 0.8 * len(newest)
    assert set(count) == {"PENDING", "PROCESSING", "COMPLETED", "FAILED"}
    older = [job for job in records.jobs if job.id != newest[job.video_id].id]
    assert {job.status for job in older} == {"COMPLETED", "FAILED"}
    assert all(bool(job.error_code and job.error_message) == (job.status == "FAILED") for job in records.jobs)


def test_stages_fit_the_jobs_state(records: Records) -> None:
    begun = {"PENDING": "PENDING", "PROCESSING": "RUNNING", "COMPLETED": "DONE", "FAILED": "FAILED"}
    for job in records.jobs:
        stages = orjson.loads(job.processing_stages)
        assert [stage["name"] for stage in stages] == list(StageName)
        first, *others = stages
        assert first["status"] == begun[job.status]
        assert {stage["status"] for stage in others} == (
            {"DONE", "SKIPPED"} if job.status == "COMPLETED" else {"PENDING"}
        )
        assert bool(job.started_at) == (job.status != "PENDING")
        for stage in stages:
            assert bool(stage["started_at"]) == (stage["status"] != "PENDING")
            assert bool(stage["finished_at"]) == (stage["status"] in {"DONE", "SKIPPED", "FAILED"})
            assert bool(stage["message"]) == (stage["status"] in {"SKIPPED", "FAILED"})
        if job.status == "COMPLETED":
            assert [stage["started_at"] for stage in others] == [stage["finished_at"] for stage in stages[:-1]]


def test_instants_spread_over_two_years_and_some_are_equal(records: Records) -> None:
    instants = [video.created_at for video in records.videos]
    assert (max(instants) - min(instants)).days > 650
    assert max(instants) < datetime.now(UTC)
    assert len(set(instants)) == 0.9 * len(instants), "each user's every tenth video is as old as the ninth"
    for video in records.videos:
        assert (video.id.version, video.id.variant) == (7, "specified in RFC 4122")
        assert video.id.int >> 80 == round(video.created_at.timestamp() * 1000)


def test_transcripts_are_two_kilobytes_of_frequent_and_rare_words(records: Records) -> None:
    transcripts = [metadata.transcript_text for metadata in records.metadata]
    assert all(1700 < len(transcript.encode()) <= 2048 for transcript in transcripts)
    assert len(set(transcripts)) == len(transcripts)

    def share(word: str) -> float:
        return sum(word in transcript for transcript in transcripts) / len(transcripts)

    assert share("everybody") > 0.2 > share("telescope") > 0.02 > share("Stonebridge")


def test_users_could_have_made_the_same(records: Records) -> None:
    for video in records.videos:
        check_upload(video.original_filename, video.content_type, video.size_bytes, 10 * 1024**3)
        assert video.storage_path == f"videos/{video.id.hex}/original"
    for metadata in records.metadata:
        check_changes(MetadataChanges(title=metadata.title, description=metadata.description, tags=metadata.tags))
        assert len(set(metadata.tags)) == len(metadata.tags)


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({"users": 0}, "1 to 1,000,000 users, not 0"),
        ({"videos_per_user": -1}, "videos per user, not -1"),
        ({"jobs_per_video": 101}, "1 to 100 jobs per video"),
        ({"users": 1_000_000, "videos_per_user": 1_000_000}, "jobs in all"),
    ],
)
def test_a_plan_that_makes_no_library(numbers: dict[str, int], says: str) -> None:
    with pytest.raises(ReelgraphError, match=re.escape(says)):
        BulkPlan(DEMO_USER, **numbers)


async def test_the_command_line_loads_it(database: Database, process_env: dict[str, str]) -> None:
    sizes = ("--users", "3", "--videos-per-user", "5", "--jobs-per-video", "2")
    done = await asyncio.to_thread(run_reelgraph, "seed", *sizes, "--random-seed", "7", env=process_env)
    assert done.returncode == 0, done.stderr
    assert await number(database, "SELECT count(*) FROM video_jobs") == 30
    assert "Loaded 15 videos" in done.stderr
    second = BulkPlan(DEMO_USER, random_seed=7).owner(1)
    assert f"reelgraph token --user {second}" in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--users", "0"), "1 to 1,000,000 users, not 0"),
        (("--random-seed", "2"), "--random-seed does not fit here"),
        (("--users", "1", "--url", "http://127.0.0.1:9"), "--url does not fit here"),
    ],
)
def test_options_that_make_no_sense(options: tuple[str, ...], says: str) -> None:
    error = CliRunner().invoke(app, ["seed", *options]).exception
    assert isinstance(error, ReelgraphError)
    assert says in str(error)
