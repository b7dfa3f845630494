"""The built web app in headless Chromium, on a real server, worker and PostgreSQL."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect
from sqlalchemy import make_url
from uuid_utils.compat import uuid7

from server.settings import Settings
from server.tokens import issue_token
from server.web_build import WEB_APP
from server.web_documents import register_documents
from tests.support.chromium import ARGUMENTS, NAMES, executable
from tests.support.databases import administer
from tests.support.processes import running, until, wait_until_ready
from tests.support.small_clips import SmallClip, make_small_clips
from tests.support.web_app import running_web_app

HOUR = timedelta(hours=1)
# The longest that a page may take for anything, in milliseconds: two processors are shared by all that runs.
PATIENCE = 40_000
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


@pytest.fixture(scope="session")
def chromium_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where one Chromium for all tests listens; each of their windows has a session of its own."""
    folder = tmp_path_factory.mktemp("chromium")
    own = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    told = folder / "DevToolsActivePort"
    with subprocess.Popen([executable(*NAMES), *ARGUMENTS, *own], stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: told.exists() and len(told.read_text().split()) == 2, "Chromium listens")
            yield f"http://127.0.0.1:{told.read_text().split()[0]}"
        finally:
            process.terminate()


@pytest.fixture
async def chromium(chromium_url: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium_url)
        yield browser
        await browser.close()  # the connection


class Api:
    """The API's server; a worker is the tests' to start."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.url = f"http://127.0.0.1:{env['REELGRAPH_PORT']}"
        self._running = ExitStack()

    def start(self) -> None:
        """Start it, and return when it is ready."""
        self._running.enter_context(running("serve", env=self.env))
        wait_until_ready(self.url)

    def stop(self) -> None:
        """Stop it as an operator does."""
        self._running.close()


@pytest.fixture(scope="session")
def shared_url(postgres: str, template: str) -> str:
    """URL of one database for all: what each test is about belongs to a viewer of its own."""
    name = f"web_{uuid7().hex}"
    asyncio.run(administer(postgres, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}"))
    return make_url(postgres).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def shared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of all."""
    return tmp_path_factory.mktemp("web") / "data"


@pytest.fixture(scope="session")
def api_server(shared_url: str, shared_data: Path, unused_tcp_port_factory: Callable[[], int]) -> Iterator[Api]:
    """One server for all tests, which knows the app's documents by their ids, as before a release."""
    env = {
        "REELGRAPH_ENVIRONMENT": "development",
        "REELGRAPH_DATABASE_URL": shared_url,
        "REELGRAPH_DATA": str(shared_data),
        "REELGRAPH_PORT": str(unused_tcp_port_factory()),
        "REELGRAPH_LOG_LEVEL": "warning",
        "REELGRAPH_WORKER_RETRY_SECONDS": "0.5",
    }
    asyncio.run(register_documents(Settings(database_url=shared_url, data=shared_data)))
    api = Api(env)
    api.start()
    yield api
    api.stop()


@pytest.fixture
def database_url(shared_url: str) -> str:
    return shared_url


@pytest.fixture
def settings(shared_data: Path) -> Settings:
    return Settings(data=shared_data)


@dataclass
class Installation:
    """What runs: the API, and the app that it is shown by."""

    api: Api
    web_url: str

    @contextmanager
    def worker(self, **variables: str) -> Iterator[None]:
        """A worker while the block runs."""
        with running("worker", env={**self.api.env, **variables}):
            yield


@pytest.fixture
def env(
    api_server: Api, settings: Settings, viewer: UUID, unused_tcp_port_factory: Callable[[], int]
) -> dict[str, str]:
    """Of the app, where one click signs the viewer in."""
    port = str(unused_tcp_port_factory())
    return {
        "REELGRAPH_API_URL": api_server.url,
        "REELGRAPH_WEB_URL": f"http://127.0.0.1:{port}",
        "REELGRAPH_WEB_PORT": port,
        "REELGRAPH_WEB_SECRET": "a secret of these tests, long enough",
        "REELGRAPH_WEB_DEMO_TOKEN": issue_token(settings.secret, viewer, HOUR),
    }


@pytest.fixture
def installation(api_server: Api, env: dict[str, str], built: None) -> Iterator[Installation]:
    """The API, and the app that shows it to the viewer."""
    with running_web_app(env) as url:
        yield Installation(api_server, url)


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
        # Tests make rows, and pictures for some of them.
        if told.type in {"error", "warning"} and "/files/" not in told.location["url"]:
            self.problems.append(f"{told.type}: {told.text}")


@dataclass
class Windows:
    """Opens windows, and knows them all."""

    chromium: Browser
    url: str
    opened: list[Window] = field(default_factory=list)

    async def open(self, path: str = "/", *, signed_in: bool = True, **options: Any) -> Window:
        """A window on a page that has come to life, signed in by a click; options are those of a Playwright context."""
        context = await self.chromium.new_context(base_url=self.url, **options)
        context.set_default_timeout(PATIENCE)
        window = Window(context, await context.new_page())
        self.opened.append(window)
        if signed_in:
            await sign_in(window.page)
        await window.page.goto(path)
        if signed_in and options.get("java_script_enabled", True):
            await until_live(window.page)
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


async def until_live(page: Page) -> None:
    """Return when a page hears of what happens: it has come to life."""
    await expect(page.locator("body")).to_have_attribute("data-live", "live")
