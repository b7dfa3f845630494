"""FastAPI with SQLAlchemy's ORM and Pydantic: REST whose answers are the JSON of our GraphQL.

Tuned: FastAPI's own fast path (Pydantic reads the entities and writes the JSON in one pass each), only the columns that
the answers need, to-one relations joined, one statement for the jobs of all videos, no transaction around reads, plans
that PostgreSQL keeps.

Its packages are not those of the project: they are pinned in requirements.txt beside this file.
"""

import gc
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import uvicorn
from fastapi import FastAPI  # type: ignore[import-not-found]  # see above
from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import ARRAY, ForeignKey, Select, Text, Uuid, any_, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ENUM, JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, contains_eager, load_only, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

VIEWER = UUID(os.environ["VIEWER"])
STATUS = ENUM("PENDING", "PROCESSING", "COMPLETED", "FAILED", name="processing_status", create_type=False)


class Base(DeclarativeBase):
    """Columns that all three tables have."""

    type_annotation_map = {datetime: TIMESTAMP(timezone=True), str: Text}  # noqa: RUF012  SQLAlchemy wants a plain dict
    __allow_unmapped__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    uploader_user_id: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Metadata(Base):
    __tablename__ = "video_metadata"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("video_jobs.id"))
    version: Mapped[int]
    title: Mapped[str | None]
    description: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    extracted_video_duration_seconds: Mapped[float | None]
    extracted_video_resolution: Mapped[str | None]
    extracted_video_format: Mapped[str | None]


class Job(Base):
    __tablename__ = "video_jobs"

    video_id: Mapped[UUID] = mapped_column(ForeignKey("videos.id"))
    status: Mapped[str] = mapped_column(STATUS)
    processing_stages: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    error_message: Mapped[str | None]
    error_code: Mapped[str | None]
    attempt: Mapped[int]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    video: Mapped["Video"] = relationship(lazy="raise")
    details: Mapped[Metadata | None] = relationship(lazy="raise")

    @property
    def progress(self) -> float:
        """0 to 1."""
        if self.status == "COMPLETED":
            return 1.0
        ended = sum(stage["status"] in {"DONE", "SKIPPED"} for stage in self.processing_stages)
        return ended / (len(self.processing_stages) or 1)


class Video(Base):
    __tablename__ = "videos"

    original_filename: Mapped[str]
    storage_path: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int]
    jobs: Mapped[list[Job]] = relationship(lazy="raise", viewonly=True)

    # Set by hand, from rows that came with the video.
    latest_job: Job | None = None
    details: Metadata | None = None

    @property
    def status(self) -> str | None:
        """The newest job's."""
        return self.latest_job.status if self.latest_job else None

    @property
    def title(self) -> str | None:
        """The newest completed job's."""
        return self.details.title if self.details else None


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, alias_generator=AliasGenerator(serialization_alias=to_camel))


NodeT = TypeVar("NodeT")


class Connection(Answer, Generic[NodeT]):
    nodes: list[NodeT]


def _connection(rows: Sequence[Any]) -> dict[str, Sequence[Any]]:
    return {"nodes": rows}


VideoId = Annotated[str, BeforeValidator(lambda key: f"video_{key.hex}")]
JobId = Annotated[str, BeforeValidator(lambda key: f"job_{key.hex}")]
MetadataId = Annotated[str, BeforeValidator(lambda key: f"metadata_{key.hex}")]


class BriefMetadata(Answer):
    id: MetadataId
    title: str | None
    extracted_video_duration_seconds: float | None
    extracted_video_resolution: str | None


class FullMetadata(BriefMetadata):
    version: int
    description: str | None
    tags: list[str]
    extracted_video_format: str | None
    created_at: datetime
    updated_at: datetime


class BriefJob(Answer):
    id: JobId
    status: str
    attempt: int
    created_at: datetime


class JobWithMetadata(BriefJob):
    finished_at: datetime | None
    details: BriefMetadata | None = Field(serialization_alias="metadata")


class BriefVideo(Answer):
    id: VideoId
    original_filename: str
    size_bytes: int
    created_at: datetime


class JobWithVideo(BriefJob):
    started_at: datetime | None
    finished_at: datetime | None
    video: BriefVideo


class VideoWithJobs(BriefVideo):
    jobs: Annotated[Connection[JobWithMetadata], BeforeValidator(_connection)]


class Stage(Answer):
    name: str
    status: str
    message: str | None


class FullJob(BriefJob):
    progress: float
    processing_stages: list[Stage]
    error_message: str | None
    error_code: str | None
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class FullVideo(BriefVideo):
    uploader_user_id: UUID
    storage_path: str
    content_type: str
    updated_at: datetime
    status: str | None
    title: str | None
    latest_job: FullJob | None
    details: FullMetadata | None = Field(serialization_alias="metadata")
    jobs: Annotated[Connection[BriefJob], BeforeValidator(_connection)]


class Videos(Answer):
    videos: Connection[VideoWithJobs]


class OneVideo(Answer):
    video: FullVideo | None


class VideoJobs(Answer):
    video_jobs: Connection[JobWithVideo]


class Data(Answer, Generic[NodeT]):
    data: NodeT


engine = create_async_engine(
    "postgresql+asyncpg://",
    pool_size=10,
    max_overflow=0,
    pool_reset_on_return=None,
    isolation_level="AUTOCOMMIT",
    connect_args={"server_settings": {"plan_cache_mode": "force_generic_plan"}},
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


def _newest_first(entity: Any) -> tuple[Any, Any]:
    return entity.created_at.desc(), entity.id.desc()


def _only(entity: Any, names: str) -> Any:
    return load_only(*(getattr(entity, name) for name in names.split()), raiseload=True)


def _jobs_of_videos(names: str, *, details: str = "") -> Select[Any]:
    """The newest ten of each of the videos `keys`: one short index scan for each."""
    unnested = func.unnest(bindparam("keys", type_=ARRAY(Uuid()))).table_valued(column("id", Uuid()), name="keys")
    keys = unnested.render_derived()
    of_one = select(Job).where(Job.video_id == keys.c.id, Job.uploader_user_id == VIEWER)
    job = aliased(Job, of_one.order_by(*_newest_first(Job)).limit(10).lateral("jobs"))
    query = select(job).select_from(keys).join(job, true()).options(_only(job, names))
    if details:
        query = query.outerjoin(job.details).options(contains_eager(job.details).options(_only(Metadata, details)))
    return query.order_by(*_newest_first(job))


# Made once: SQLAlchemy then finds what it has compiled by their keys.
BRIEF_VIDEO = "id original_filename size_bytes created_at"
VIDEOS = (
    select(Video)
    .options(_only(Video, BRIEF_VIDEO))
    .where(Video.uploader_user_id == VIEWER)
    .order_by(*_newest_first(Video))
    .limit(bindparam("first"))
)
JOBS_WITH_METADATA = _jobs_of_videos(
    "id video_id status attempt created_at finished_at",
    details="id title extracted_video_duration_seconds extracted_video_resolution",
)
JOBS = _jobs_of_videos("id video_id status attempt created_at")
NEWEST_JOB = aliased(
    Job,
    select(Job)
    .where(Job.video_id == Video.id, Job.uploader_user_id == VIEWER)
    .order_by(*_newest_first(Job))
    .limit(1)
    .correlate(Video)
    .lateral("newest"),
)
NEWEST_METADATA = aliased(
    Metadata,
    select(Metadata)
    .join(Job, Job.id == Metadata.job_id)
    .where(
        Job.video_id == Video.id,
        Job.uploader_user_id == VIEWER,
        Job.status == "COMPLETED",
        Metadata.uploader_user_id == VIEWER,
    )
    .order_by(*_newest_first(Job))
    .limit(1)
    .correlate(Video)
    .lateral("details"),
)
VIDEO = (
    select(Video, NEWEST_JOB, NEWEST_METADATA)
    .select_from(Video)
    .outerjoin(NEWEST_JOB, true())
    .outerjoin(NEWEST_METADATA, true())
    .where(Video.id == bindparam("key"), Video.uploader_user_id == VIEWER)
)
COMPLETED_JOBS = (
    select(Job)
    .join(Job.video)
    .options(
        _only(Job, "id status attempt created_at started_at finished_at"),
        contains_eager(Job.video).options(_only(Video, BRIEF_VIDEO)),
    )
    .where(
        Job.uploader_user_id == VIEWER,
        Video.uploader_user_id == VIEWER,
        Job.status == any_(bindparam("statuses", type_=ARRAY(STATUS))),
    )
    .order_by(*_newest_first(Job))
    .limit(bindparam("first"))
)


async def videos(first: int = 20) -> dict[str, Any]:
    """Q1."""
    async with sessions() as session:
        page = (await session.scalars(VIDEOS, {"first": first})).all()
        await _load_jobs(session, page, JOBS_WITH_METADATA)
    return {"data": {"videos": {"nodes": page}}}


async def video(key: str) -> dict[str, Any]:
    """Q2."""
    async with sessions() as session:
        row = (await session.execute(VIDEO, {"key": UUID(key.removeprefix("video_"))})).one_or_none()
        if row is None:
            return {"data": {"video": None}}
        found: Video = row[0]
        found.latest_job, found.details = row[1:]
        await _load_jobs(session, [found], JOBS)
    return {"data": {"video": found}}


async def video_jobs(first: int = 20) -> dict[str, Any]:
    """Q3."""
    async with sessions() as session:
        jobs = await session.scalars(COMPLETED_JOBS, {"first": first, "statuses": ["COMPLETED"]})
        return {"data": {"video_jobs": {"nodes": jobs.all()}}}


async def _load_jobs(session: AsyncSession, page: Sequence[Video], query: Select[Any]) -> None:
    jobs: dict[UUID, list[Job]] = {found.id: [] for found in page}
    for job in await session.scalars(query, {"keys": list(jobs)}):
        jobs[job.video_id].append(job)
    for found in page:
        set_committed_value(found, "jobs", jobs[found.id])


app = FastAPI(openapi_url=None)
app.add_api_route("/videos", videos, response_model=Data[Videos])
app.add_api_route("/videos/{key}", video, response_model=Data[OneVideo])
app.add_api_route("/video-jobs", video_jobs, response_model=Data[VideoJobs])

if __name__ == "__main__":
    # Entities by the thousand have the collector run all the time, and nearly all die young: half of Q1's time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    uvicorn.run(
        app, port=int(os.environ["PORT"]), loop="uvloop", http="httptools", log_level="warning", access_log=False
    )
