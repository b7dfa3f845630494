"""A backup as docs/operations.md says it is made, of a library that goes on meanwhile, and restored beside it."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import make_url, text
from uuid_utils.compat import uuid7

from database.embedded.binaries import installed
from database.engine import Database
from database.migrate import check
from database.revisions import require_current
from processing.pipeline import Pipeline
from server.settings import Settings
from server.stores import open_storage
from services.sweep import sweep, sweep_orphans
from services.video import CompletedUpload, delete_video
from tests.support.databases import administer
from tests.support.processed import age_files, ended_job, referred_files, stored_files
from tests.support.processes import running, wait_until_ready
from tests.support.small_clips import SmallClip
from tests.support.uploads import upload

ASK = "{ videos(first: 10, orderBy: CREATED_AT_ASC) { nodes { originalFilename status downloadUrl } } }"
KEPT = timedelta(days=1)
TRIGGERS_AND_POLICIES = (
    # A dump leaves out parentheses that are of no meaning.
    (
        "SELECT tgrelid::regclass::text, translate(pg_get_triggerdef(oid), '()', '') FROM pg_trigger"
        " WHERE NOT tgisinternal ORDER BY 1, 2"
    ),
    "SELECT tablename, policyname, qual FROM pg_policies ORDER BY 1, 2",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
)


def postgres_program(name: str, url: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's on a database."""
    address = make_url(url)
    where = [f"--host={address.query['host']}", f"--username={address.username}", f"--dbname={address.database}"]
    done = subprocess.run(
        [installed() / name, *where, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def copy_files(source: Path, copy: Path) -> None:
    """Add what is new, and take nothing away: `rsync --archive --ignore-existing`."""
    for name in stored_files(source):
        if not (copy / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, copy / name)


@dataclass
class Backup:
    """What was saved, and of what."""

    dump: Path
    data: Path
    content: bytes
    waiting: CompletedUpload

    @property
    def files(self) -> Path:
        """The folder of all saved files."""
        return self.data / "files"


@pytest.fixture
async def backup(
    pipeline: Pipeline, files: Path, clips: Mapping[str, SmallClip], viewer: UUID, tmp_path: Path
) -> Backup:
    """One video is processed, one waits; while they are saved, another comes and one goes."""
    database, storage = pipeline.database, pipeline.storage
    done, doomed, waiting = [
        await upload(database, storage, viewer, clips[kind]) for kind in ("subtitled", "spoken", "silent")
    ]
    await pipeline.process(done.job_id)
    saved = Backup(tmp_path / "dump", tmp_path / "restored", clips["subtitled"].content, waiting)
    copy_files(files, saved.files)
    source = database.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(postgres_program, "pg_dump", source, "--format=custom", f"--file={saved.dump}")
    later = await upload(database, storage, viewer, clips["silent"])
    await delete_video(database, storage, viewer, doomed.video_id)
    copy_files(files, saved.files)
    assert later.video_id.hex in str(stored_files(saved.files))
    return saved


@pytest.fixture
async def restored(backup: Backup, postgres: str) -> AsyncIterator[Database]:
    name = f"restored_{uuid7().hex}"
    await administer(postgres, f"CREATE DATABASE {name}")
    url = make_url(postgres).set(database=name).render_as_string(hide_password=False)
    await asyncio.to_thread(postgres_program, "pg_restore", url, "--exit-on-error", "--no-owner", str(backup.dump))
    database = Database(url)
    yield database
    await database.close()
    await administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


async def test_the_sweep_takes_nothing_that_a_restored_row_refers_to(
    restored: Database, backup: Backup, settings: Settings
) -> None:
    storage = open_storage(settings.model_copy(update={"data": backup.data}))
    age_files(backup.files)
    referred = await referred_files(restored)
    assert len(referred) > 4
    await sweep(restored, storage, events_kept=KEPT)
    await sweep_orphans(restored, storage)
    assert stored_files(backup.files) == referred, "what came after the dump goes, all else stays"


async def test_a_restored_database_is_what_the_models_say(restored: Database, database: Database) -> None:
    await require_current(restored.engine)
    await check(restored.engine)
    for catalog in TRIGGERS_AND_POLICIES:
        async with database.transaction() as here, restored.transaction() as there:
            assert (await there.execute(text(catalog))).all() == (await here.execute(text(catalog))).all()


async def test_a_restored_backup_serves_its_files_and_its_jobs_go_on(
    restored: Database, backup: Backup, settings: Settings, env: dict[str, str], access_token: str
) -> None:
    url = f"http://127.0.0.1:{env['REELGRAPH_PORT']}"
    there = env | {
        "REELGRAPH_DATABASE_URL": restored.engine.url.render_as_string(hide_password=False),
        "REELGRAPH_DATA": str(backup.data),
        "REELGRAPH_JWT_SECRET": settings.secret,
    }
    with running("serve", env=there), running("worker", env=there):
        await asyncio.to_thread(wait_until_ready, url)
        await ended_job(restored, backup.waiting.job_id)
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {access_token}"}) as http:
            answer = (await http.post("/graphql", json={"query": ASK})).json()
            done, _, waiting = answer["data"]["videos"]["nodes"]
            assert [done["status"], waiting["status"]] == ["COMPLETED", "COMPLETED"]
            assert (await http.get(done["downloadUrl"])).content == backup.content
