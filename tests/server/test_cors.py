"""Web pages of other origins may ask where the settings say so, and nowhere else."""

from pathlib import Path

import pytest

from server.cli.options import load_settings
from server.settings import Settings
from tests.support.api import Api

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
