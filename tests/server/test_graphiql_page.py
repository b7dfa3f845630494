import json
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount

from server.graphiql import GraphiQLConfig, build, graphiql_assets, graphiql_page, page

SIGNED_OUT = GraphiQLConfig(token=None, query=None)
TEMPLATE = f'<script type="application/json" id="reelgraph-config">{page.PLACEHOLDER}</script>'


@pytest.fixture(autouse=True)
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(page, "DIST", tmp_path)
    return tmp_path


@pytest.fixture
def built(dist: Path) -> Path:
    (dist / "index.html").write_text(TEMPLATE)
    (dist / "assets").mkdir()
    (dist / "assets" / "index-B1c2D3.js").write_text("export {}")
    return dist


def text_of(response: Response) -> str:
    return bytes(response.body).decode()


async def get_asset(path: str, **headers: str) -> httpx.Response:
    app = Starlette(routes=[Mount("/graphql/assets", graphiql_assets())])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(f"/graphql/assets/{path}", headers=headers)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "query", ["{ a }", "</script><script>alert(1)</script>", "<!-- <script>", "\u2028\u2029 é 🎞", "\\u003c"]
)
def test_config_is_read_back_as_it_was_given(query: str) -> None:
    html = text_of(graphiql_page(GraphiQLConfig(token="a.b.c", query=query)))
    script = re.fullmatch(r"<script [^>]*>([^<\u2028\u2029]*)</script>", html)
    assert script is not None
    assert json.loads(script[1]) == {"token": "a.b.c", "query": query}


@pytest.mark.usefixtures("built")
def test_page_is_private_and_keeps_to_its_own_host() -> None:
    headers = graphiql_page(SIGNED_OUT).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = dict(directive.split(" ", 1) for directive in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["img-src"] == "'self' data:"


def test_page_without_a_build_names_the_command() -> None:
    response = graphiql_page(SIGNED_OUT)
    assert response.status_code == 503
    assert "make graphiql" in text_of(response)


@pytest.mark.usefixtures("built")
async def test_assets_are_cached_for_good() -> None:
    response = await get_asset("index-B1c2D3.js")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_assets_come_encoded_as_they_were_asked_for(built: Path) -> None:
    text, name = "export const a = 1;\n" * 1000, "index-B1c2D3.js"
    (built / "assets" / name).write_text(text)
    build.precompress(built / "assets" / name)
    plain = await get_asset(name, **{"Accept-Encoding": "identity"})
    for accepts, coding in (("zstd, br, gzip", "zstd"), ("br, gzip", "br"), ("gzip", "gzip")):
        response = await get_asset(name, **{"Accept-Encoding": accepts})
        assert response.headers["content-encoding"] == coding
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.headers["content-type"] == plain.headers["content-type"].partition(";")[0]
        assert int(response.headers["content-length"]) < len(text) / 10
        assert response.headers["etag"] != plain.headers["etag"]
        assert coding == "zstd" or response.text == text  # httpx has no zstd here
        again = await get_asset(name, **{"Accept-Encoding": accepts, "If-None-Match": response.headers["etag"]})
        assert again.status_code == 304
    assert "content-encoding" not in plain.headers
    assert plain.text == text


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("path", ["missing.js", "../index.html", "%2e%2e/index.html"])
async def test_nothing_but_assets_is_served(path: str) -> None:
    response = await get_asset(path)
    assert response.status_code == 404
    assert "Cache-Control" not in response.headers


async def test_assets_without_a_build_are_not_found() -> None:
    assert (await get_asset("index-B1c2D3.js")).status_code == 404


def test_template_has_the_place_for_the_config() -> None:
    template = Path(page.__file__).with_name("index.html").read_text()
    assert template.count(page.PLACEHOLDER) == 1
