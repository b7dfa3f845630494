"""Row classes tell the truth about the tables: the executor writes what they promise without looking at it again."""

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from database.base import Entity
from database.engine import Database
from database.paging import Window
from database.statement import Instant, Row, Statement
from database.statements import to_ones, transcript, video, video_job, video_metadata
from database.to_one import ToOne, related
from database.video import Video, VideoRow
from database.video_job import ProcessingStatus, VideoJob, VideoJobRow
from database.video_metadata import VideoMetadata, VideoMetadataRow, VideoMetadataTextsRow
from database.wanted import EVERYTHING, Want, Wanted
from executor.rows import Layout, layout_of
from schema.loaders.layout import column_type, lay_out
from schema.scalars import WRITTEN_INSTANT, serialize_datetime
from tests.support.library import Library
from tests.support.wants import TO_ONES, all_wants

ENTITIES: dict[Any, type[Entity]] = {
    VideoRow: Video,
    VideoJobRow: VideoJob,
    VideoMetadataRow: VideoMetadata,
    VideoMetadataTextsRow: VideoMetadata,
}
# What rows hold of each type of PostgreSQL.
HOLDS: dict[str, Any] = {
    "uuid": UUID,
    "text": str,
    "integer": int,
    "bigint": int,
    "double precision": float,
    "timestamp with time zone": Instant,
    "processing_status": str,
    "jsonb": list,
    "text[]": list,
}
WANTS = dict(zip(("everything", "all and all beside", "ids and all beside"), (EVERYTHING, *all_wants()), strict=True))
# To the microsecond, to less, in another offset, and long ago.
INSTANTS = [
    datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 500000, tzinfo=UTC),
    datetime(2026, 1, 31, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    datetime(2, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 30, tzinfo=UTC),
]


@pytest.mark.parametrize("row", ENTITIES)
async def test_annotations_say_what_columns_hold(database: Database, row: type[Row]) -> None:
    columns = text(
        "SELECT attname AS name, attnotnull AS required, format_type(atttypid, atttypmod) AS type"
        " FROM pg_attribute WHERE attrelid = to_regclass(:table) AND attnum > 0"
    )
    async with database.transaction() as session:
        found = (await session.execute(columns, {"table": ENTITIES[row].__tablename__})).all()
    facts = {
        column.name: column_type(HOLDS[column.type] if column.required else HOLDS[column.type] | None)
        for column in found
        if column.type in HOLDS
    }
    annotated = {name: column_type(hint) for name, hint in inspect.get_annotations(row).items()}
    assert annotated == {name: facts.get(name) for name in annotated}


async def fill(library: Library) -> None:
    """A row of each class with all that it can have, and one with as little as it can."""
    at = INSTANTS[0]
    full = await library.video(uploaded_at=at)
    job = await library.job(full, ProcessingStatus.FAILED, error_message="odd", started_at=at, finished_at=at)
    done = await library.job(full, started_at=at, finished_at=at)
    for of in (job, done):
        await library.metadata(
            of,
            description="About it.",
            tags=["a", "b"],
            transcript_text="the harbour",
            transcript_storage_path="a/transcript.txt",
            subtitle_files=[{"format": "VTT", "language": None, "storage_path": "a/en.vtt"}],
            thumbnail_storage_path="a/thumbnail.jpg",
            extracted_video_duration_seconds=12,
            extracted_video_resolution="1920x1080",
            extracted_video_format="mp4",
            show_notes_text="Notes.",
        )
    await library.video(uploaded_at=None)
    await library.job(await library.video(), ProcessingStatus.PENDING)
    bare = await library.job(await library.video(), ProcessingStatus.PENDING)
    await library.metadata(bare, title=None)


def every_statement(wanted: Wanted) -> Iterator[Statement[Any]]:
    yield from (video.video_by_id(wanted), video.video_of_job(wanted))
    yield video.videos_page(video.VideoOrder.SIZE_BYTES_DESC, Window(), frozenset(), wanted)
    yield from (video_job.job_by_id(wanted), video_job.newest_job_of_video(wanted))
    yield from (video_job.jobs_page(Window(), wanted), video_job.jobs_of_video(Window(), statuses=False, wanted=wanted))
    yield from (video_metadata.metadata_by_id(wanted), video_metadata.metadata_of_job(wanted))
    yield from (video_metadata.metadata_of_video(wanted), video_metadata.METADATA_TEXTS)
    yield from (video.VIEWER_TOTALS, video.videos_count(frozenset()), video_job.jobs_count())
    yield from (video_job.jobs_of_video_count(statuses=False), transcript.transcript_matches(Window()))


def check(values: Any, layout: Layout) -> None:
    """That the values at a layout's positions are what it promises."""
    for name, kind in layout.types.items():
        value = values[layout.positions[name]]
        if kind.python is UUID:
            assert isinstance(value, UUID)  # asyncpg's is a subclass, and only `hex` is asked of it
        else:
            assert type(value) is kind.python or (kind.optional and value is None), (name, value)


@pytest.mark.parametrize("wanted", WANTS.values(), ids=WANTS)
async def test_rows_hold_what_their_layouts_promise(database: Database, library: Library, wanted: Wanted) -> None:
    await fill(library)
    async with database.transaction() as session:
        keys = [
            *(await session.scalars(text("SELECT id FROM videos"))),
            *(await session.scalars(text("SELECT id FROM video_jobs"))),
            *(await session.scalars(text("SELECT id FROM video_metadata"))),
        ]
    nothing_beside: dict[ToOne, set[bool]] = {}
    async with database.reader(library.owner) as reader:
        for statement in every_statement(wanted):
            lay_out(statement, wanted)
            layout = layout_of(statement.record_class)
            assert layout is not None
            statuses = list(ProcessingStatus)
            rows = await reader.fetch(statement, keys=keys, limit=10, query="harbour", statuses=statuses)
            assert rows, statement.name
            for row in rows:
                check(row, layout)
                assert all(getattr(row, name) is row[position] for name, position in layout.positions.items())
                for to_one in related(statement.row, wanted, statement.relation):
                    beside, taken = layout.joins[to_one], to_one.takes(statement)(row)
                    nothing_beside.setdefault(to_one, set()).add(taken is None)
                    assert (row[beside.present] is None) == (taken is None)
                    if taken is not None:
                        check(row, beside)
                        own = layout_of(type(taken))
                        assert own is not None
                        check(taken, own)
                        assert {name: getattr(taken, name) for name in own.positions} == {
                            name: row[position] for name, position in beside.positions.items()
                        }
    if wanted is not EVERYTHING:
        always = {to_ones.VIDEO_OF_JOB, to_ones.JOB_OF_METADATA}
        assert nothing_beside == {to_one: {False} if to_one in always else {True, False} for to_one in TO_ONES}


def test_layouts_hold_what_was_selected_and_no_more() -> None:
    title = Want(VideoMetadataRow, to_ones.METADATA_OF_VIDEO, frozenset({"title"}), frozenset())
    video_with_title = Want(VideoRow, None, frozenset(), frozenset({to_ones.METADATA_OF_VIDEO}))
    wanted = Wanted(frozenset({title, video_with_title}))
    statement = video.video_by_id(wanted)
    lay_out(statement, wanted)
    layout = layout_of(statement.record_class)
    assert layout is not None
    assert layout.positions == {"key": 0, "id": 1, "metadata__id": 2, "metadata__title": 3}
    assert layout.types.keys() == {"id"}
    (beside,) = layout.joins.values()
    assert (beside.positions, beside.present) == ({"id": 2, "title": 3}, 2)
    assert layout_of(VideoRow) is None, "rows of a class may have any columns, those of a statement have its own"


@pytest.mark.parametrize("instant", INSTANTS, ids=str)
async def test_instants_are_written_as_they_are(database: Database, library: Library, instant: datetime) -> None:
    key = (await library.video(created_at=instant)).id
    async with database.reader(library.owner) as reader:
        (row,) = await reader.fetch(video.video_by_id(), keys=[key])
    written = serialize_datetime(row.created_at)
    assert written.endswith("Z")
    assert datetime.fromisoformat(written) == instant
    assert written == eval(WRITTEN_INSTANT.format(v="value"), {"value": row.created_at})  # noqa: S307  as generated code
    assert written == serialize_datetime(instant)
