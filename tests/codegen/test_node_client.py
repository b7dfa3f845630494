import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from database.errors import ReelgraphError
from server.node import run_node

ListVideos = Callable[[str], Awaitable[str]]

CREATE = """
mutation ($input: CreateVideoUploadInput!) {
  createVideoUpload(input: $input) {
    ... on CreateVideoUploadSuccess { video { id } }
    ... on Error { message }
  }
}
"""


@pytest.fixture
def list_videos(package: Path, server_url: str, monkeypatch: pytest.MonkeyPatch) -> ListVideos:
    """Runs the example with an access token and answers what it prints."""

    async def run(token: str) -> str:
        monkeypatch.setenv("REELGRAPH_URL", server_url)
        monkeypatch.setenv("REELGRAPH_TOKEN", token)
        return await asyncio.to_thread(run_node, "examples/list-videos.ts", cwd=package)

    return run


async def test_the_example_prints_the_viewers_videos(server_url: str, token: str, list_videos: ListVideos) -> None:
    filename = f"{uuid4().hex}.mp4"
    upload = {"originalFilename": filename, "contentType": "video/mp4", "sizeBytes": 1}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
        body = {"query": CREATE, "variables": {"input": upload}}
        answer = (await client.post(f"{server_url}/graphql", json=body)).json()

    lines = (await list_videos(token)).splitlines()

    video_id = answer["data"]["createVideoUpload"]["video"]["id"]
    assert f"{video_id}  uploading   {filename}" in lines


async def test_the_example_says_in_one_line_why_it_failed(list_videos: ListVideos) -> None:
    with pytest.raises(ReelgraphError) as failure:
        await list_videos("forged")

    assert len(failure.value.hint.splitlines()) == 1
