"""The web app with all that it needs, as `make web` starts it, and the system's Chromium to look at it with."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, StorageState, async_playwright

from database.errors import ReelgraphError
from server.web_build import WEB_APP
from tests.support.chromium import ARGUMENTS, NAMES, executable

START_SECONDS = 180
STOP_SECONDS = 30
# Printed when everything is ready, the demo library included.
LAST_LINE = "Ctrl-C stops everything"


@contextmanager
def running_app(data: Path) -> Iterator[str]:
    """Its address while the block runs; the demo user has the demo library, or what is in the data folder already."""
    WEB_APP.build_if_stale()
    port, web_port = free_port(), free_port()
    settings = {"DATA": data, "PORT": port, "WEB_PORT": web_port}
    variables = {f"REELGRAPH_{name}": str(value) for name, value in settings.items()}
    log = data / "web.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "server", "web"]
        # Ctrl-C is for us, who then stop it in good order.
        process = subprocess.Popen(
            command, env={**os.environ, **variables}, stdout=output, stderr=output, process_group=0
        )
        try:
            _await_ready(process, log)
            yield f"http://127.0.0.1:{web_port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser that nobody has used before."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(*NAMES), args=ARGUMENTS)
        yield browser
        await browser.close()


async def signed_in(browser: Browser, url: str) -> StorageState:
    """The cookies of the demo user, for windows that have loaded nothing yet."""
    context = await browser.new_context(base_url=url)
    await sign_in(await context.new_page())
    state = await context.storage_state()
    await context.close()
    return state


async def sign_in(page: Page) -> None:
    """Press the button of the development sign-in."""
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Continue as the demo user").click()
    await page.wait_for_url("**/")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _await_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while LAST_LINE not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(log.read_text().splitlines()[-15:])
            raise ReelgraphError(f"The web app does not start.\n{tail}", f"What it printed is in {log}.")
        time.sleep(0.2)
