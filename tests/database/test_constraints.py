"""What the database itself refuses, whoever writes."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
from tests.support.library import Library


async def test_one_job_at_a_time_is_active(library: Library) -> None:
    video = await library.video()
    await library.job(video, ProcessingStatus.COMPLETED)
    await library.job(video, ProcessingStatus.PROCESSING)
    with pytest.raises(IntegrityError, match="uq_video_jobs_one_active"):
        await library.job(video, ProcessingStatus.PENDING)


async def test_a_job_belongs_to_its_videos_owner(library: Library) -> None:
    video = await library.video()
    with pytest.raises(IntegrityError, match="fk_video_jobs"):
        await Library(library.database, uuid4()).job(video)


async def test_a_failed_job_has_a_reason_and_an_end(library: Library) -> None:
    video = await library.video()
    with pytest.raises(IntegrityError, match="failed_has_error_code"):
        await library.job(video, ProcessingStatus.FAILED, error_code=None)
    with pytest.raises(IntegrityError, match="ended_is_finished"):
        await library.job(video, ProcessingStatus.COMPLETED, finished_at=None)


async def test_updated_at_follows_every_writer(library: Library, database: Database) -> None:
    video = await library.video(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    async with database.transaction() as session:
        await session.execute(update(Video).values(content_type=Video.content_type))
    async with database.transaction() as session:
        unchanged = (await session.scalars(select(Video.updated_at))).one()
        await session.execute(text("UPDATE videos SET content_type = 'video/webm'"))
    async with database.transaction() as session:
        changed = (await session.scalars(select(Video.updated_at))).one()
    assert unchanged == video.updated_at
    assert changed > unchanged


async def test_touch_compares_every_column_that_is_written(database: Database) -> None:
    """Whole rows can not be where columns are generated: a migration that adds or drops one makes the trigger again."""
    uncompared = text(
        """
        SELECT attrelid::regclass::text, attname FROM pg_attribute AS a
        JOIN pg_trigger AS t ON t.tgrelid = a.attrelid AND t.tgname = 'touch'
        WHERE attrelid IN ('videos'::regclass, 'video_metadata'::regclass) AND attnum > 0 AND NOT attisdropped
            AND attgenerated = '' AND NOT EXISTS (
                SELECT FROM pg_depend WHERE classid = 'pg_trigger'::regclass AND objid = t.oid
                    AND refobjid = a.attrelid AND refobjsubid = a.attnum)
        ORDER BY 1
        """
    )
    async with database.transaction() as session:
        found = (await session.execute(uncompared)).all()
    assert found == [("video_metadata", "updated_at"), ("videos", "updated_at")]


async def test_row_level_security_shows_a_role_without_tables_only_the_viewers_rows(
    library: Library, database: Database
) -> None:
    await library.processed_videos(2)
    await Library(database, uuid4()).processed_videos(3)
    role = f"reader_{uuid7().hex}"
    async with database.transaction() as session:
        await session.execute(text(f"CREATE ROLE {role}"))
        await session.execute(text(f"GRANT SELECT ON videos, video_jobs, video_metadata TO {role}"))
        await session.execute(text(f"SET LOCAL ROLE {role}"))
        for model in (Video, VideoJob):
            assert (await session.scalars(select(model))).all() == []
        await session.execute(text(f"SET LOCAL reelgraph.viewer = '{library.owner}'"))
        for table in ("videos", "video_jobs", "video_metadata"):
            owners = (await session.scalars(text(f"SELECT uploader_user_id FROM {table}"))).all()  # noqa: S608  no input
            assert owners == [library.owner] * 2
        await session.execute(text("RESET ROLE"))
        await session.execute(text(f"DROP OWNED BY {role}"))
        await session.execute(text(f"DROP ROLE {role}"))
