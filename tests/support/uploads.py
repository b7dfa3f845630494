"""Videos that are uploaded by the services that the API calls, without a server."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx

from database.engine import Database
from services.storage import FolderStorage, Storage, UploadTarget
from services.video import CompletedUpload, complete_video_upload, create_video_upload
from tests.support.small_clips import SmallClip

CONTENT_TYPE = "application/octet-stream"


async def upload(database: Database, storage: Storage, owner: UUID, clip: SmallClip) -> CompletedUpload:
    """The video, and the job that waits for a worker."""
    content = clip.content
    announced = await create_video_upload(
        database,
        storage,
        owner,
        original_filename=clip.path.name,
        content_type=CONTENT_TYPE,
        size_bytes=len(content),
        largest=len(content),
    )
    await _send(storage, announced.target, content)
    return await complete_video_upload(database, storage, owner, announced.video_id)


async def _send(storage: Storage, target: UploadTarget, content: bytes) -> None:
    if isinstance(storage, FolderStorage):
        grant = storage.links.upload_grant(target.url.rpartition("/")[2])
        await storage.write_new(grant.path, _once(content), expected_bytes=grant.size_bytes)
    else:
        async with httpx.AsyncClient() as http:
            sent = await http.request(target.method, target.url, headers=target.headers, content=content)
        sent.raise_for_status()


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
