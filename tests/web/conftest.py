"""The built web app in headless Chromium, on a real server, worker and PostgreSQL."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from server.settings import Settings
from server.tokens import issue_token
from server.web_build import CLIENT, WEB_APP
from tests.support.chromium import ARGUMENTS, NAMES, executable
from tests.support.processes import run_reelgraph, running, wait_until_ready
from tests.support.small_clips import SmallClip, make_small_clips
from tests.support.web_app import running_web_app

HOUR = timedelta(hours=1)
# The longest that a page may take for anything, in milliseconds: two processors are shared by all that runs.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these drive a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, SmallClip]:
    """Small videos, by their kinds."""
    return make_small_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def built() -> None:
    """The app, built from its sources."""
    WEB_APP.build_if_stale()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(*NAMES), args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Installation:
    """What runs: the API, and the app that it is shown by."""

    env: Mapping[str, str]
    web_url: str
    _servers: ExitStack = field(default_factory=ExitStack)

    @property
    def api_url(self) -> str:
        return self.env["REELGRAPH_API_URL"]

    def start_server(self) -> None:
        """Start the API's server."""
        self._servers.enter_context(running("serve", env=self.env))
        wait_until_ready(self.api_url)

    def stop_server(self) -> None:
        """Stop it as an operator does."""
        self._servers.close()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A worker while the block runs."""
        with running("worker", env=self.env):
            yield


@pytest.fixture
def env(
    process_env: dict[str, str], settings: Settings, viewer: UUID, unused_tcp_port_factory: Callable[[], int]
) -> dict[str, str]:
    """Of the API's processes, and of the app where one click signs the viewer in."""
    port = str(unused_tcp_port_factory())
    return process_env | {
        "REELGRAPH_LOG_LEVEL": "warning",
        "REELGRAPH_API_URL": f"http://127.0.0.1:{process_env['REELGRAPH_PORT']}",
        "REELGRAPH_WEB_URL": f"http://127.0.0.1:{port}",
        "REELGRAPH_WEB_PORT": port,
        "REELGRAPH_WEB_SECRET": "a secret of these tests, long enough",
        "REELGRAPH_WEB_DEMO_TOKEN": issue_token(settings.secret, viewer, HOUR),
    }


def register_documents(env: Mapping[str, str]) -> None:
    """Have the API know the app's documents by their ids, as before a release."""
    version = json.loads((WEB_APP.package / "package.json").read_text())["version"]
    manifest = CLIENT / "src/gql/persisted-documents.json"
    registered = run_reelgraph("clients", "register", f"reelgraph-web@{version}", str(manifest), env=env)
    assert registered.returncode == 0, registered.stderr


@pytest.fixture
def installation(env: dict[str, str], built: None) -> Iterator[Installation]:
    """The API and the app; a worker is the test's to start."""
    register_documents(env)
    with running_web_app(env) as url:
        installation = Installation(env, url)
        installation.start_server()
        yield installation
        installation.stop_server()


@dataclass
class Window:
    """A browser with a session of its own."""

    context: BrowserContext
    page: Page
    #: What a developer's console shows in red.
    problems: list[str] = field(default_factory=list)
    #: The method and address of each request.
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("console", self._note)
        self.page.on("request", lambda request: self.asked.append(f"{request.method} {request.url}"))

    def _note(self, told: ConsoleMessage) -> None:
        if told.type in {"error", "warning"}:
            self.problems.append(f"{told.type}: {told.text}")


@dataclass
class Windows:
    """Opens windows, and knows them all."""

    chromium: Browser
    url: str
    opened: list[Window] = field(default_factory=list)

    async def open(self, path: str = "/", *, signed_in: bool = True, **options: Any) -> Window:
        """A window on a page, signed in by a click; options are those of a Playwright context."""
        context = await self.chromium.new_context(base_url=self.url, **options)
        context.set_default_timeout(PATIENCE)
        window = Window(context, await context.new_page())
        self.opened.append(window)
        if signed_in:
            await sign_in(window.page)
        await window.page.goto(path)
        return window


@pytest.fixture
async def windows(chromium: Browser, installation: Installation) -> AsyncIterator[Windows]:
    """Windows on the app; in the end nothing may have gone wrong in any."""
    windows = Windows(chromium, installation.web_url)
    yield windows
    for window in windows.opened:
        await window.context.close()
        assert window.problems == []


async def sign_in(page: Page) -> None:
    """Press the button of the development sign-in."""
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Continue as the demo user").click()
    await page.wait_for_url("**/")
