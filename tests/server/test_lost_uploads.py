"""`reelgraph upload` and everybody else who goes through `Client`: connections are lost, servers start anew."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from server import client as module
from server.client import Client, UnreachableError
from server.outgoing import OutgoingFile
from tests.support.cutting_proxy import cutting_proxy
from tests.support.processes import running, wait_until_ready

MIB = 1024 * 1024
SIZE = 12 * MIB + 5
FILM = os.urandom(SIZE)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(FILM)
    return path


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.2,) * 20)


def stored(process_env: dict[str, str]) -> list[bytes]:
    """The originals that a server has."""
    return [path.read_bytes() for path in Path(process_env["REELGRAPH_DATA"]).glob("files/videos/*/original")]


async def test_a_file_goes_on_where_its_connection_was_lost(
    process_env: dict[str, str], token: str, film: Path
) -> None:
    port = int(process_env["REELGRAPH_PORT"])
    told = 0

    def tell(count: int) -> None:
        nonlocal told
        told += count

    async with cutting_proxy(port, 5 * MIB, 4 * MIB) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        with running("serve", env={**process_env, "REELGRAPH_PUBLIC_URL": url}):
            await asyncio.to_thread(wait_until_ready, url)
            async with Client(url, token) as client:
                uploaded = await client.upload(film, sent=tell)
                again = await client.graphql("{ videos(first: 2) { nodes { id sizeBytes } } }")
    assert proxy.uploads == ["PUT", "PATCH", "PATCH"]
    assert told == SIZE
    assert again["videos"]["nodes"] == [{"id": uploaded.video_id, "sizeBytes": SIZE}]
    assert stored(process_env) == [FILM]


async def test_a_server_that_starts_anew_has_what_came(process_env: dict[str, str], token: str, film: Path) -> None:
    async with cutting_proxy(int(process_env["REELGRAPH_PORT"]), SIZE // 2, by_server=True) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        env = {**process_env, "REELGRAPH_PUBLIC_URL": url, "REELGRAPH_STOP_TIMEOUT_SECONDS": "0"}
        async with Client(url, token) as client:
            with running("serve", env=env):
                await asyncio.to_thread(wait_until_ready, url)
                uploading = asyncio.create_task(client.upload(film))
                await proxy.has_cut.wait()
            with running("serve", env=env):
                await uploading
    assert proxy.uploads == ["PUT", "PATCH"]
    assert stored(process_env) == [FILM]


async def test_patience_has_an_end(
    process_env: dict[str, str], token: str, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.01))
    async with cutting_proxy(int(process_env["REELGRAPH_PORT"]), *[0] * 9) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        with running("serve", env={**process_env, "REELGRAPH_PUBLIC_URL": url}):
            await asyncio.to_thread(wait_until_ready, url)
            async with Client(url, token) as client:
                with pytest.raises(UnreachableError, match="No answer from"):
                    await client.upload(film)
    assert len(proxy.uploads) == 3


async def test_a_server_that_can_t_tell_how_much_has_come_is_asked_again(film: Path) -> None:
    """What is there is not sent again because the question failed."""
    seen: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await request.aread()
        seen.append(f"{request.method} {request.headers.get('upload-offset', '')}".strip())
        match seen:
            case ["PUT"]:
                raise httpx.ReadError("lost")
            case [*_, "HEAD"]:
                return httpx.Response(503) if len(seen) == 2 else httpx.Response(204, headers={"Upload-Offset": "9"})
        return httpx.Response(201)

    target = {"method": "PUT", "url": "http://reel.test/uploads/x", "headers": [], "isResumable": True}
    file = OutgoingFile(film, SIZE, lambda _: None)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                await file.send(http, target)
        await file.send(http, target)
    assert seen == ["PUT", "HEAD", "HEAD", "PATCH 9"]
