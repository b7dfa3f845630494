"""`reelgraph web`, which is `make web`: the app starts beside a server or with everything, is found, and stops."""

import json
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from socket import create_server
from uuid import UUID

import httpx
import psutil
import pytest

from server.demo.viewer import DEMO_USER
from server.web_documents import MANIFEST
from tests.support.library import Library
from tests.support.processes import STOP_SECONDS, left_running, run_reelgraph
from tests.support.terminal import Terminal, in_terminal

COUNT = "{ viewer { videoCount } }"


@pytest.fixture
def viewer() -> UUID:
    return DEMO_USER


@pytest.fixture
def env(process_env: dict[str, str], unused_tcp_port_factory: Callable[[], int]) -> dict[str, str]:
    port = unused_tcp_port_factory()
    # `dev` and `web` are for development without being told.
    told = {name: value for name, value in process_env.items() if name != "REELGRAPH_ENVIRONMENT"}
    return told | {"REELGRAPH_WEB_PORT": str(port), "COLUMNS": "120"}


@pytest.fixture
def web_url(env: dict[str, str]) -> str:
    return f"http://127.0.0.1:{env['REELGRAPH_WEB_PORT']}"


def browser(web_url: str) -> httpx.Client:
    """Somebody who looks at the app's pages; they have not signed in."""
    return httpx.Client(base_url=web_url, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True, timeout=30)


def sign_in(browser: httpx.Client) -> None:
    """Press the button."""
    browser.post("/sign-in/demo", data={"to": "/"}).raise_for_status()


def videos(browser: httpx.Client) -> int | None:
    """How many videos somebody has, as the app learns it from the server; None for nobody."""
    answer = browser.post("/api/graphql", json={"query": COUNT})
    count: int | None = answer.json()["data"]["viewer"]["videoCount"] if answer.is_success else None
    return count


def videos_by_id(browser: httpx.Client) -> int:
    """The same as the app's own document asks for it: by its id."""
    (key,) = (key for key, text in json.loads(MANIFEST.read_text()).items() if text.startswith("query Home"))
    answer = browser.post("/api/graphql", json={"documentId": key})
    count: int = answer.raise_for_status().json()["data"]["viewer"]["videoCount"]
    return count


def children(terminal: Terminal) -> list[str]:
    """What a command runs."""
    found = psutil.Process(terminal.process.pid).children()
    return sorted(process.cmdline()[-1] for process in found)


async def test_everything_starts_and_one_click_signs_in_for_more_than_one_run(
    env: dict[str, str], web_url: str, library: Library
) -> None:
    await library.video()  # so that the demo library, which takes its time, is not loaded
    with ExitStack() as stack:
        browsing = stack.enter_context(browser(web_url))
        with in_terminal("web", env=env) as terminal:
            assert any(line.startswith(f"Web app   {web_url}") for line in terminal.lines)
            assert children(terminal) == ["serve", "serve.ts", "worker"]
            assert browsing.get("/").headers["content-type"].startswith("text/html")
            assert videos(browsing) is None
            sign_in(browsing)
            assert videos(browsing) == 1
        assert left_running(Path(env["REELGRAPH_DATA"])) == []
        with in_terminal("web", env=env, stop=signal.SIGTERM):
            assert videos(browsing) == 1, "who is signed in stays so"
    assert left_running(Path(env["REELGRAPH_DATA"])) == []


def test_beside_a_server_the_app_alone_starts_and_stops(env: dict[str, str], web_url: str, server_url: str) -> None:
    with in_terminal("web", env=env) as terminal, browser(web_url) as browsing:
        assert children(terminal) == ["serve.ts"]
        sign_in(browsing)
        assert videos_by_id(browsing) == 0
    assert httpx.get(f"{server_url}/readyz").is_success
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{web_url}/healthz")


@pytest.mark.usefixtures("server_url")
def test_what_is_edited_is_shown_at_once_by_vites_own_server(env: dict[str, str], web_url: str) -> None:
    with in_terminal("web", "--watch", env=env), browser(web_url) as browsing:
        assert browsing.get("/").headers["content-type"].startswith("text/html")
        assert browsing.get("/@vite/client").headers["content-type"].startswith("text/javascript")
    assert not any("vite" in line for line in left_running(Path(env["REELGRAPH_DATA"])))


@pytest.mark.usefixtures("server_url")
def test_an_app_that_dies_is_named(env: dict[str, str]) -> None:
    with in_terminal("web", env=env, ends=1) as terminal:
        (app,) = psutil.Process(terminal.process.pid).children()
        app.kill()
        terminal.process.wait(STOP_SECONDS)
    assert "error: The web app ended by itself." in terminal.lines


@pytest.mark.usefixtures("server_url")
def test_a_server_with_another_secret_is_named(env: dict[str, str], tmp_path: Path) -> None:
    result = run_reelgraph("web", env=env | {"REELGRAPH_DATA": str(tmp_path / "other")})
    assert result.returncode == 1
    assert "does not take this command's token" in result.stderr
    assert "REELGRAPH_JWT_SECRET" in result.stderr


def test_ports_in_use_are_named(env: dict[str, str]) -> None:
    server, app = int(env["REELGRAPH_PORT"]), int(env["REELGRAPH_WEB_PORT"])
    for port, variable in ((server, "PORT"), (app, "REELGRAPH_WEB_PORT")):
        with create_server(("127.0.0.1", port)):
            result = run_reelgraph("web", env=env)
        assert result.returncode == 1
        assert f"Port {port} of 127.0.0.1 can't be used" in result.stderr
        assert f" {variable}={port + 1}" in result.stderr
    result = run_reelgraph("web", env=env | {"REELGRAPH_WEB_PORT": str(server)})
    assert f"can't both have port {server}" in result.stderr
