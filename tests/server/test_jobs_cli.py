"""`reelgraph jobs` as the operator uses it, with no server and no worker running."""

import json
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from database.engine import Database
from database.video_job import ProcessingStatus, StageStatus, VideoJob
from services.queue import enqueue_job
from services.video_job_stages import pending_stages
from tests.support.library import Library
from tests.support.processes import run_reelgraph

PENDING, PROCESSING, FAILED = ProcessingStatus.PENDING, ProcessingStatus.PROCESSING, ProcessingStatus.FAILED


async def failed_job(library: Library) -> VideoJob:
    stages = pending_stages()
    stages[1]["status"] = StageStatus.FAILED
    video = await library.video(original_filename="holiday [1].mp4")
    return await library.job(video, FAILED, processing_stages=stages, error_message="It is [bold]damaged[/bold].")


async def waiting_job(library: Library) -> VideoJob:
    job = await library.job(await library.video(), PENDING)
    async with library.database.transaction() as session:
        await enqueue_job(session, job.id)
    return job


@pytest.fixture
def other(database: Database) -> Library:
    """Makes the rows of somebody else."""
    return Library(database, uuid4())


async def test_list_shows_everybodys_newest_jobs(library: Library, other: Library, process_env: dict[str, str]) -> None:
    failed, waiting = await failed_job(library), await waiting_job(other)
    result = run_reelgraph("jobs", "list", env=process_env)
    assert result.returncode == 0, result.stderr
    header, first, second = result.stdout.splitlines()
    assert header.split() == ["job", "owner", "video", "status", "stage", "attempt", "age", "error"]
    assert first.split()[:5] == [f"job_{waiting.id.hex}", str(other.owner), "clip-1.mp4", "PENDING", "1"]
    for shown in (f"job_{failed.id.hex}", "holiday [1].mp4", "FAILED", "THUMBNAIL", " d "):
        assert shown in second
    assert second.rstrip().endswith("UNREADABLE_MEDIA: It is [bold]damaged[/bold].")


async def test_list_for_programs_and_its_filters(library: Library, other: Library, process_env: dict[str, str]) -> None:
    failed, waiting = await failed_job(library), await waiting_job(library)
    theirs = await failed_job(other)
    await library.job(await library.video(), PROCESSING)

    def ids(*arguments: str) -> list[str]:
        return [
            job["id"] for job in json.loads(run_reelgraph("jobs", "list", "--json", *arguments, env=process_env).stdout)
        ]

    everything = json.loads(run_reelgraph("jobs", "list", "--json", env=process_env).stdout)
    assert len(everything) == 4
    assert everything[-1] == {
        "id": f"job_{failed.id.hex}",
        "videoId": f"video_{failed.video_id.hex}",
        "owner": str(library.owner),
        "originalFilename": "holiday [1].mp4",
        "status": "FAILED",
        "stage": "THUMBNAIL",
        "attempt": 1,
        "createdAt": failed.created_at.isoformat(),
        "startedAt": None,
        "finishedAt": failed.created_at.isoformat(),
        "errorCode": "UNREADABLE_MEDIA",
        "message": "It is [bold]damaged[/bold].",
    }
    assert ids("--status", "FAILED", "--owner", str(library.owner)) == [f"job_{failed.id.hex}"]
    assert ids("--status", "FAILED", "--status", "PENDING", "--limit", "2") == [
        f"job_{theirs.id.hex}",
        f"job_{waiting.id.hex}",
    ]


async def test_retry_queues_a_new_job(library: Library, database: Database, process_env: dict[str, str]) -> None:
    failed = await failed_job(library)
    result = run_reelgraph("jobs", "retry", f"job_{failed.id.hex}", env=process_env)
    assert result.returncode == 0, result.stderr
    old, new = result.stdout.split(": job_")
    assert old == f"job_{failed.id.hex}"
    new_id = UUID(new.removesuffix(" is queued\n"))
    async with database.transaction() as session:
        job = await session.get_one(VideoJob, new_id)
        assert (job.uploader_user_id, job.status, job.attempt) == (library.owner, PENDING, 2)
        assert (await session.scalars(text("SELECT dedupe_key FROM pgqueuer"))).all() == [new_id.hex]


async def test_cancel_ends_what_it_can_and_says_what_it_cannot(
    library: Library, other: Library, database: Database, process_env: dict[str, str]
) -> None:
    jobs = [await waiting_job(library), await failed_job(library), await waiting_job(other)]
    unknown = uuid4()
    ids = [f"job_{key.hex}" for key in (jobs[0].id, jobs[1].id, unknown, jobs[2].id)]
    result = run_reelgraph("jobs", "cancel", *ids, env=process_env)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [f"{ids[0]}: canceled", f"{ids[3]}: canceled"]
    assert result.stderr.splitlines() == [
        f"error: {ids[1]}: This job has ended, it is FAILED: there is nothing to cancel.",
        f"hint: See how its owner's jobs stand with: reelgraph jobs list --owner {library.owner}",
        f"error: {ids[2]}: There is no job with this id.",
        "hint: See the newest ones with: reelgraph jobs list",
    ]
    async with database.transaction() as session:
        ended = [(await session.get_one(VideoJob, job.id)).error_code for job in (jobs[0], jobs[2])]
        assert ended == ["CANCELED", "CANCELED"]
        assert (await session.scalars(text("SELECT count(*) FROM pgqueuer"))).one() == 0


def test_what_is_no_id_changes_nothing(process_env: dict[str, str]) -> None:
    result = run_reelgraph("jobs", "retry", f"video_{uuid4().hex}", env=process_env)
    error, hint = result.stderr.splitlines()
    assert result.returncode == 1
    assert error.endswith("is no job id.")
    assert hint.startswith("hint: One is job_ and 32 hexadecimal digits")


def test_on_the_embedded_database_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    env = {"REELGRAPH_DATA": str(tmp_path_factory.mktemp("data"))}
    assert "reelgraph migrate" in run_reelgraph("jobs", "list", env=env).stderr
    assert run_reelgraph("migrate", env=env).returncode == 0
    result = run_reelgraph("jobs", "list", env=env)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "There are no jobs yet.\n")
