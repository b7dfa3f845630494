"""Signing in and out by the development sign-in, and what other sites' pages can do of it: nothing."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from socket import create_connection
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, Route, expect

from server.tokens import issue_token
from tests.support.web_app import running_web_app
from tests.support.web_visitor import JWT, VIDEOS, Visitor, visiting
from tests.web.conftest import Windows

SECRET = {"REELGRAPH_WEB_SECRET": "a secret of these tests, long enough"}
DEMO = {"REELGRAPH_WEB_DEMO_TOKEN": issue_token("a secret that no API has, of 32 bytes", uuid4(), timedelta(hours=1))}
EVIL = "http://evil.example"


@contextmanager
def running_app(port: int, **env: str) -> Iterator[str]:
    """The app, without an API."""
    nowhere = {"REELGRAPH_API_URL": "http://127.0.0.1:9", "REELGRAPH_WEB_PORT": str(port)}
    with running_web_app(SECRET | DEMO | nowhere | env) as url:
        yield url


@pytest.fixture(scope="module")
def app(built: None, unused_tcp_port_factory: Callable[[], int]) -> Iterator[str]:
    with running_app(unused_tcp_port_factory()) as url:
        yield url


@pytest.fixture
async def visitor(app: str) -> AsyncIterator[Visitor]:
    async with visiting(app) as visitor:
        yield visitor


async def test_one_click_leads_to_what_was_asked_for_and_another_one_leaves_nothing_behind(windows: Windows) -> None:
    window = await windows.open("/upload?x=1", signed_in=False)
    page = window.page
    assert page.url.endswith("/sign-in?to=%2Fupload%3Fx%3D1")
    await page.get_by_role("button", name="Continue as the demo user").click()
    await page.wait_for_url("**/upload?x=1")
    (cookie,) = await window.context.cookies()
    assert cookie.get("httpOnly")
    assert cookie.get("sameSite") == "Lax"
    assert not JWT.search(cookie.get("value", "") + await page.content())

    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/sign-in")
    assert await window.context.cookies() == []
    await page.go_back()
    await page.wait_for_url("**/sign-in?to=%2Fupload%3Fx%3D1")
    assert (await page.request.post("/api/graphql", data=VIDEOS, headers={"Origin": windows.url})).status == 401
    window.problems.clear()  # the page that came back asked, and was refused


async def test_forms_of_another_site_sign_nobody_in_or_out(chromium: Browser, app: str) -> None:
    async def show(route: Route) -> None:
        form = (
            f'<form method="post" action="{app}{urlsplit(route.request.url).path}"><button>Win a prize</button></form>'
        )
        await route.fulfill(body=form, content_type="text/html")

    context = await chromium.new_context(base_url=app)
    await context.route(f"{EVIL}/**", show)
    page = await context.new_page()
    for path in ("/sign-in/demo", "/sign-in/start"):
        await page.goto(f"{EVIL}{path}")
        await page.get_by_role("button").click()
        await expect(page.get_by_text(f"Only pages of this app may ask here: {app}")).to_be_visible()
        assert await context.cookies() == []
    await context.request.post("/sign-in/demo", headers={"Origin": app}, max_redirects=0)
    before = await context.cookies()
    assert before
    await page.goto(f"{EVIL}/sign-out")
    await page.get_by_role("button").click()
    await expect(page.get_by_text("Only pages of this app may ask here")).to_be_visible()
    assert await context.cookies() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": EVIL},
        # To its browser, a page at a name that was made to lead here is of the same origin.
        {"Sec-Fetch-Site": "same-origin", "Origin": EVIL, "Host": "evil.example"},
    ],
)
async def test_what_another_site_sends_is_refused_whatever_it_is(visitor: Visitor, headers: dict[str, str]) -> None:
    assert (await visitor.post("/sign-in/demo")).status_code == 303
    cookies = visitor.cookies()
    assert (await visitor.ask(**headers)).json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    for path in ("/sign-out", "/sign-in/demo", "/sign-in/start"):
        answer = await visitor.post(path, **headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    function = await visitor.client.get(f"{visitor.app}/_serverFn/any", headers=headers | {"x-tsr-serverFn": "true"})
    assert function.status_code == 403
    # Anybody may lead here, and nothing comes of it.
    for path in ("/sign-out", "/sign-in/callback?code=x&state=x", "/sign-in/callback"):
        assert "set-cookie" not in (await visitor.client.get(f"{visitor.app}{path}", headers=headers)).headers
    assert visitor.cookies() == cookies


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("/upload?x=1#y", "/upload?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/.//evil.example", "/"),
        ("/upload/..//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("upload", "/"),
        ("", "/"),
    ],
)
async def test_a_sign_in_never_leads_elsewhere(visitor: Visitor, to: str, leads: str) -> None:
    assert (await visitor.post("/sign-in/demo", {"to": to})).headers["location"] == leads


async def test_what_is_no_form_or_no_operation_is_no_fault(visitor: Visitor) -> None:
    headers = {"Origin": visitor.app}
    answer = await visitor.client.post(f"{visitor.app}/sign-in/demo", json={"to": "/upload"}, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    large = await visitor.client.post(f"{visitor.app}/api/graphql", content=b"x" * 5_000_000, headers=headers)
    assert large.status_code == 413
    assert (await visitor.client.get(f"{visitor.app}/api/graphql")).status_code == 405
    assert (await visitor.ask()).json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}


async def test_pages_are_kept_by_nobody_and_tell_nothing_of_what_is_behind_them(visitor: Visitor) -> None:
    await visitor.post("/sign-in/demo")
    for path in ("/", "/sign-in", "/nothing", "/sign-in/callback", "/_serverFn/any", "//evil.example/x"):
        answer = await visitor.client.get(f"{visitor.app}{path}")
        assert "no-store" in answer.headers["cache-control"], path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        for secret in ("eyJ", "127.0.0.1:9", ".js:", "node:"):
            assert secret not in answer.text, path
    assert "The server can not be reached at the moment." in (await visitor.get("/")).text


def test_the_name_that_somebody_gives_the_app_leads_nowhere(app: str) -> None:
    url = httpx.URL(app)
    for path in ("//evil.example/x", "http://evil.example//evil.example/x", "/sign-in/", "/\\evil.example"):
        with create_connection((url.host, url.port)) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
            head = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")[0].decode().lower()
        assert "500" not in head.splitlines()[0]
        for line in head.splitlines():
            if line.startswith("location: "):
                assert urljoin(app, line.removeprefix("location: ")).startswith(f"{app}/"), path


async def test_behind_a_proxy_that_speaks_https_cookies_are_for_https(unused_tcp_port: int, built: None) -> None:
    public = "https://videos.example"
    with running_app(unused_tcp_port, REELGRAPH_WEB_URL=public) as url:
        async with visiting(url) as visitor:
            answer = await visitor.post("/sign-in/demo", Origin=public)
            policy = (await visitor.get("/sign-in")).headers["content-security-policy"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-reelgraph=Fe26.2*")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} < set(cookie.split("; "))
    assert "http:" not in policy
    assert "form-action 'self';" in policy
