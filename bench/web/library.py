"""The library that is looked at: 1,000 videos of one owner, with jobs, metadata, and a picture each."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import cycle, islice
from uuid import UUID

import asyncpg
import av
from av.codec.context import CodecContext
from av.video.frame import VideoFrame

from database.engine import Database
from database.errors import ReelgraphError
from database.migrate import migrate
from server.demo import scenes
from server.demo.viewer import DEMO_USER
from server.settings import Settings
from server.stores import open_database, open_storage
from services.bulk_seed import BulkPlan, load_bulk_library
from services.storage import Storage

VIDEOS = 1_000
PLAN = BulkPlan(DEMO_USER, users=1, videos_per_user=VIDEOS, jobs_per_video=2)
# What the demo library's clips show, as different as what people upload.
SCENES = (scenes.SEA, scenes.AURORA, scenes.MANDELBROT, scenes.LIFE, scenes.BALL, scenes.STARS, scenes.CITY_LIGHTS)
FRAMES_OF_EACH = 40
WIDTH = 640
JPEG_QUANTISER = 4
SHOWN = """
    SELECT DISTINCT ON (job.video_id) metadata.thumbnail_storage_path
    FROM video_metadata AS metadata JOIN video_jobs AS job ON job.id = metadata.job_id
    WHERE job.status = 'COMPLETED' AND job.uploader_user_id = $1 ORDER BY job.video_id, job.attempt DESC
"""


async def load(settings: Settings) -> None:
    """Load it, unless it is there."""
    loaded, version = settings.data / "loaded", f"{PLAN} {FRAMES_OF_EACH} frames\n"
    async with open_database(settings) as database:
        await migrate(database.engine)
        if not loaded.exists() or loaded.read_text() != version:
            with suppress(ReelgraphError):  # a load that was stopped has left its rows
                await load_bulk_library(database, PLAN)
            await add_pictures(database, open_storage(settings), DEMO_USER, FRAMES_OF_EACH)
            loaded.write_text(version)


async def add_pictures(database: Database, storage: Storage, owner: UUID, frames_of_each: int) -> None:
    """Give the videos of a bulk library's owner the pictures that its rows speak of, each of these several times."""
    connection = await asyncpg.connect(database.dsn)
    try:
        paths = [row[0] for row in await connection.fetch(SHOWN, owner)]
    finally:
        await connection.close()
    for path, picture in zip(paths, cycle(list(_pictures(frames_of_each))), strict=False):
        await storage.put(path, picture, content_type="image/jpeg")


def _pictures(frames_of_each: int) -> Iterator[bytes]:
    """JPEGs as the THUMBNAIL stage makes them, of one scene after the other, so that neighbours differ."""
    films = [list(islice(_frames(scene), frames_of_each)) for scene in SCENES]
    for frames in zip(*films, strict=True):
        yield from map(_jpeg, frames)


def _frames(scene: str) -> Iterator[VideoFrame]:
    with av.open(f"{scene},scale={WIDTH}:-2,format=yuvj420p[out0]", format="lavfi") as source:
        yield from source.decode(video=0)


def _jpeg(frame: VideoFrame) -> bytes:
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = Fraction(1)
    encoder.qscale, encoder.global_quality = True, JPEG_QUANTISER
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
