"""Web pages of other origins may ask where the settings say so, and nowhere else."""

from pathlib import Path

import pytest
from pydantic import HttpUrl
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from server.cli.options import load_settings
from server.cors import may_connect
from server.settings import Settings
from tests.support.api import Api
from tests.support.live import Live
from tests.support.websocket import connected

APP = "https://app.example.com"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type, graphql-client-name, graphql-client-version",
}
QUERY = {"query": "{ viewer { id } }"}
ALLOWED = "access-control-allow-origin"


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    return Settings(data=tmp_path / "data", **getattr(request, "param", {}))


async def allowed(api: Api, origin: str) -> list[str | None]:
    """What a browser is told before and with an operation, by POST and by GET."""
    headers = {**api.headers, "Origin": origin}
    answers = [
        await api.http.options("/graphql", headers={"Origin": origin, **PREFLIGHT}),
        await api.http.post("/graphql", json=QUERY, headers=headers),
        await api.http.get("/graphql", params=QUERY, headers=headers),
    ]
    return [answer.headers.get(ALLOWED) for answer in answers]


NAMED = {"cors_origins": f"https://admin.example.com, {APP}"}


@pytest.mark.parametrize(
    ("settings", "origin"),
    [(NAMED, APP), ({"cors_origins": "*"}, APP), ({"environment": "development"}, "http://localhost:3000")],
    indirect=["settings"],
)
async def test_pages_that_may_ask(api: Api, settings: Settings, origin: str) -> None:
    assert await allowed(api, origin) == ["*" if settings.cors_origins == "*" else origin] * 3


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        ({}, APP),
        ({}, "http://localhost:3000"),
        (NAMED, "https://evil.example.com"),
        (NAMED, f"{APP}.evil.com"),
        (NAMED, "http://localhost:3000"),
        ({"environment": "development"}, APP),
        ({"environment": "development"}, "http://localhost.evil.com"),
        ({"environment": "development"}, "null"),
    ],
    indirect=["settings"],
)
@pytest.mark.usefixtures("settings")
async def test_pages_that_may_not(api: Api, origin: str) -> None:
    assert await allowed(api, origin) == [None] * 3


@pytest.mark.parametrize("settings", [NAMED], indirect=True)
async def test_no_cookie_signs_anybody_in_and_pages_read_what_they_need(api: Api) -> None:
    preflight = await api.http.options("/graphql", headers={"Origin": APP, **PREFLIGHT})
    assert preflight.status_code == 200
    assert "access-control-allow-credentials" not in preflight.headers
    answer = await api.http.post("/graphql", json=QUERY, headers={**api.headers, "Origin": APP})
    assert "X-Request-Id" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("settings", [NAMED], indirect=True)
async def test_a_form_of_another_site_runs_nothing(api: Api) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        sent = {**api.headers, "Origin": "https://evil.example.com", "Content-Type": kind}
        answer = await api.http.post("/graphql", content='{"query": "{ viewer { id } }"}', headers=sent)
        assert answer.status_code == 415


@pytest.mark.parametrize("origins", ["app.example.com", f"{APP}/", f"{APP}/path", "https://*.example.com", f"{APP},"])
def test_what_is_no_origin_is_named(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("REELGRAPH_CORS_ORIGINS", origins)
    with pytest.raises(Exception, match=r"REELGRAPH_CORS_ORIGINS: Value error, '.*' is no origin"):
        load_settings()


def test_who_may_open_a_websocket(tmp_path: Path) -> None:
    named = Settings(data=tmp_path, public_url=HttpUrl("https://api.example.com"), cors_origins=APP)
    host = "10.0.0.7:8000"
    for origin in (None, APP, "https://api.example.com", "http://10.0.0.7:8000", "https://APP.example.com:443"):
        assert may_connect(origin, host, named), origin
    for origin in ("null", "", "https://evil.example.com", f"{APP}.evil.com", "http://localhost:3000", f"{APP}:8443"):
        assert not may_connect(origin, host, named), origin
    assert may_connect("http://localhost:3000", host, Settings(data=tmp_path, environment="development"))
    assert may_connect("https://any.example.com", host, Settings(data=tmp_path, cors_origins="*"))


async def test_a_page_of_another_site_opens_no_websocket(live: Live, api: Api) -> None:
    async with connected(live.url, origin=Origin(live.url)) as socket:
        await socket.init(api.headers)
    with pytest.raises(InvalidStatus, match="403"):
        async with connected(live.url, origin=Origin("https://evil.example.com")):
            pass
