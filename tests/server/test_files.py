import os
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from server.files import file_routes
from services.storage import FolderStorage, Lifetimes, TokenLinks

PATH = "videos/0198c1/original"
FILM = os.urandom(3_000_000)


def storage_in(root: Path, port: int, lifetime: timedelta = timedelta(hours=1)) -> FolderStorage:
    lifetimes = Lifetimes(upload=lifetime, download=lifetime)
    return FolderStorage(root, TokenLinks(base_url=f"http://127.0.0.1:{port}", secret="s" * 40, lifetimes=lifetimes))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderStorage]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        storage = storage_in(tmp_path_factory.mktemp("files"), listener.getsockname()[1])
        app = Starlette(routes=file_routes(storage))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        yield storage
        server.should_exit = True
        thread.join()


@pytest.fixture
async def storage(served: FolderStorage) -> FolderStorage:
    await served.put(PATH, FILM)
    return served


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=10) as client:
        yield client


@pytest.fixture
def url(storage: FolderStorage) -> str:
    return storage.download_url(PATH, content_type="video/mp4", filename="Film.mp4")


async def test_a_file_comes_whole_with_its_headers(client: httpx.AsyncClient, url: str) -> None:
    response = await client.get(url)
    assert (response.status_code, response.content) == (200, FILM)
    headers = response.headers
    assert headers["content-length"] == str(len(FILM))
    assert headers["content-type"] == "video/mp4"
    assert headers["accept-ranges"] == "bytes"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert headers["content-security-policy"].endswith("; sandbox")
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["content-disposition"] == "inline; filename=\"Film.mp4\"; filename*=UTF-8''Film.mp4"
    privacy, _, max_age = headers["cache-control"].partition(", max-age=")
    assert privacy == "private"
    assert 1790 < int(max_age) <= 3600


async def test_head_tells_all_but_the_bytes(client: httpx.AsyncClient, url: str) -> None:
    got, head = await client.get(url), await client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    varying = {"date", "cache-control"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in got.headers.items() if k not in varying
    }
    assert (await client.head(url, headers={"Range": "bytes=0-9"})).status_code == 200


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=2999990-", 2_999_990, 3_000_000),
        ("bytes=1-9999999999", 1, 3_000_000),
        ("bytes=-5", 2_999_995, 3_000_000),
        ("bytes=-9999999", 0, 3_000_000),
        ("bytes=0-", 0, 3_000_000),
    ],
)
async def test_a_part_can_be_asked_for(client: httpx.AsyncClient, url: str, asked: str, start: int, stop: int) -> None:
    response = await client.get(url, headers={"Range": asked})
    assert (response.status_code, response.content) == (206, FILM[start:stop])
    assert response.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(FILM)}"
    assert response.headers["content-length"] == str(stop - start)


@pytest.mark.parametrize("asked", ["bytes=3000000-", "bytes=9999999-99999999", "bytes=-0"])
async def test_a_part_that_is_not_there_cannot(client: httpx.AsyncClient, url: str, asked: str) -> None:
    response = await client.get(url, headers={"Range": asked})
    assert (response.status_code, response.content) == (416, b"")
    assert response.headers["content-range"] == f"bytes */{len(FILM)}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=0-1,5-6", "items=0-5", "x", "bytes=" + "9" * 5000 + "-"]
)
async def test_an_odd_range_means_the_whole(client: httpx.AsyncClient, url: str, asked: str) -> None:
    response = await client.get(url, headers={"Range": asked})
    assert (response.status_code, len(response.content)) == (200, len(FILM))


async def test_a_part_of_the_same_file_only(client: httpx.AsyncClient, storage: FolderStorage, url: str) -> None:
    etag = (await client.head(url)).headers["etag"]
    assert etag.startswith('"')
    same = {"Range": "bytes=0-9", "If-Range": etag}
    assert (await client.get(url, headers=same)).status_code == 206
    assert (await client.get(url, headers=same | {"If-Range": "W/" + etag})).status_code == 200
    await storage.put(PATH, FILM[::-1])
    response = await client.get(url, headers=same)
    assert (response.status_code, response.content) == (200, FILM[::-1])


async def test_what_the_client_has_is_not_sent_again(client: httpx.AsyncClient, url: str) -> None:
    etag = (await client.head(url)).headers["etag"]
    response = await client.get(url, headers={"If-None-Match": f'"other", {etag}'})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == etag
    assert (await client.get(url, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_an_empty_file_is_served(client: httpx.AsyncClient, storage: FolderStorage) -> None:
    await storage.put("empty", b"")
    url = storage.download_url("empty", content_type="text/vtt")
    response = await client.get(url)
    assert (response.status_code, response.headers["content-length"]) == (200, "0")
    assert (await client.get(url, headers={"Range": "bytes=0-"})).status_code == 416


@pytest.mark.parametrize(
    ("granted", "sent"),
    [
        ("video/mp4", "video/mp4"),
        ("Video/X-Matroska; codecs=av1", "video/x-matroska"),
        ("audio/mpeg", "audio/mpeg"),
        ("image/webp", "image/webp"),
        ("text/vtt", "text/vtt"),
        ("application/x-subrip", "application/x-subrip"),
        ("text/html", None),
        ("image/svg+xml", None),
        ("video/mp4+xml", None),
        ("video/mp4\r\nX-Injected: y", None),
        ("video/", None),
        ("", None),
    ],
)
async def test_only_harmless_types_are_shown(
    client: httpx.AsyncClient, storage: FolderStorage, granted: str, sent: str | None
) -> None:
    response = await client.head(storage.download_url(PATH, content_type=granted, filename="x"))
    assert response.headers["content-type"] == (sent or "application/octet-stream")
    assert response.headers["content-disposition"].partition(";")[0] == ("inline" if sent else "attachment")
    assert "x-injected" not in response.headers


@pytest.mark.parametrize(
    ("filename", "saved_as"),
    [
        ('../../etc/passwd\r\nX: y"', '.._.._etc_passwd__X: y"'),
        ("Ferien „Süd“ 🎬.mp4", "Ferien „Süd“ 🎬.mp4"),
        ("a;b=c%41'\\.mp4", "a;b=c%41'_.mp4"),
        ("\0\x7f\ud800", "__?"),
    ],
)
async def test_any_file_name_is_only_a_name(
    client: httpx.AsyncClient, storage: FolderStorage, filename: str, saved_as: str
) -> None:
    response = await client.head(storage.download_url(PATH, content_type="video/mp4", filename=filename))
    kind, plain, extended = response.headers["content-disposition"].split("; ")
    assert kind == "inline"
    assert plain.startswith('filename="')
    assert plain.count('"') == 2
    assert unquote(extended.removeprefix("filename*=UTF-8''")) == saved_as
    assert "x" not in response.headers


async def test_without_a_name_none_is_given(client: httpx.AsyncClient, storage: FolderStorage) -> None:
    response = await client.head(storage.download_url(PATH, content_type="video/mp4"))
    assert response.headers["content-disposition"] == "inline"


async def test_links_that_lead_nowhere_say_why(
    client: httpx.AsyncClient, storage: FolderStorage, url: str, tmp_path: Path
) -> None:
    absent = storage.download_url("videos/gone", content_type="video/mp4")
    upload = storage.upload_target(PATH, content_type="video/mp4", size_bytes=1).url.replace("/uploads/", "/files/")
    past = storage_in(tmp_path, httpx.URL(url).port or 0, timedelta(seconds=-10))
    expired = past.download_url(PATH, content_type="video/mp4")
    for link, status, code in (
        (absent, 404, "NOT_FOUND"),
        (url + "x", 403, "LINK_INVALID"),
        (upload, 403, "LINK_INVALID"),
        (expired, 410, "LINK_EXPIRED"),
    ):
        response = await client.get(link)
        assert response.status_code == status
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["access-control-allow-origin"] == "*"
        error = response.json()["error"]
        assert error["code"] == code
        assert error["message"]
        assert error["hint"]
        assert (await client.head(link)).status_code == status


async def test_other_methods_are_not_allowed(client: httpx.AsyncClient, url: str) -> None:
    for method in ("PUT", "POST", "DELETE"):
        assert (await client.request(method, url)).status_code == 405


async def test_players_may_ask_from_any_origin(client: httpx.AsyncClient, url: str) -> None:
    asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "GET"}
    response = await client.options(url, headers=asked)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Range" in response.headers["access-control-allow-headers"]


async def test_a_player_that_leaves_half_way_does_no_harm(client: httpx.AsyncClient, storage: FolderStorage) -> None:
    await storage.put("long", bytes(20_000_000))
    url = storage.download_url("long", content_type="video/mp4")
    for _ in range(3):
        async with client.stream("GET", url) as response:
            await anext(response.aiter_bytes())
    assert (await client.head(url)).status_code == 200
