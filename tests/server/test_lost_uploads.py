"""`reelgraph upload` and everybody else who goes through `Client`: connections are lost, servers start anew."""

import asyncio
import os
from pathlib import Path

import pytest

from server import client as module
from server.client import Client, UnreachableError
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
