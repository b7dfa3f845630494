"""One visit to the library: the first page as it loads, and then all of the list, as the browser tells of it."""

import asyncio
import gzip
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Request, StorageState

from database.errors import ReelgraphError
from server.web_build import WEB_APP

OBSERVE = Path(__file__).with_name("observe.js")
BUILT = WEB_APP.package / "dist/client"
# So long must nothing have taken long, for a page to have settled; in milliseconds.
QUIET = 2_000
STEP_SECONDS = 0.05
PATIENCE_SECONDS = 300
ITEMS = "document.querySelectorAll('ul[aria-label=Videos] > li').length"
IS_AT_END = "innerHeight + scrollY >= document.documentElement.scrollHeight - 2"
# Of the pictures that the window shows: 0 is one that has not come.
WIDTHS = """[...document.images].map((image) => [image.naturalWidth, image.getBoundingClientRect()])
    .filter(([, { top, bottom }]) => bottom > 0 && top < innerHeight).map(([width]) => width)"""


@dataclass(frozen=True)
class Device:
    """What the app is looked at with; `slowdown` is how many times slower its processor is than this machine's."""

    title: str
    options: dict[str, Any]
    slowdown: int = 1


@dataclass(frozen=True)
class Scrolled:
    """The page when all of its list has been looked at."""

    shift: float
    longest_task: float
    heap: int
    memory: int
    needed: int
    moved: list[str]


@dataclass(frozen=True)
class Figures:
    """What one visit came to: milliseconds, bytes, and numbers."""

    first_paint: float
    largest_paint: float
    hydrated: float
    interactive: float
    blocking: float
    shift: float
    scripts: int
    script_bytes: int
    html_bytes: int
    html_gzipped: int
    requests: int
    received: int
    heap: int
    memory: int
    scrolled: Scrolled


@dataclass
class Traffic:
    """What a page asks for, and how many bytes come, heads included and as compressed as they are sent."""

    asked: list[Request] = field(default_factory=list)
    received: int = 0

    async def follow(self, page: Page, session: CDPSession) -> None:
        """Count from now on."""
        page.on("request", self._ask)
        session.on("Network.loadingFinished", self._add)
        await session.send("Network.enable")

    def _ask(self, request: Request) -> None:
        self.asked.append(request)

    def _add(self, event: dict[str, Any]) -> None:
        self.received += int(event["encodedDataLength"])

    @property
    def scripts(self) -> set[str]:
        """Addresses of the scripts."""
        return {request.url for request in self.asked if request.resource_type == "script"}


async def visit(browser: Browser, url: str, state: StorageState, device: Device, videos: int) -> Figures:
    """Open the library in a window that has nothing in its cache, and scroll through all its videos."""
    context = await browser.new_context(base_url=url, storage_state=state, **device.options)
    try:
        return await _visit(browser, context, device, videos)
    finally:
        await context.close()


async def _visit(browser: Browser, context: BrowserContext, device: Device, videos: int) -> Figures:
    await context.add_init_script(path=OBSERVE)
    page = await context.new_page()
    session, traffic = await context.new_cdp_session(page), Traffic()
    await traffic.follow(page, session)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": device.slowdown})
    response = await page.goto("/")
    assert response is not None
    seen = await _settled(page)
    html, ends = await response.body(), [start + duration for start, duration in seen["longTasks"]]
    figures = {
        "first_paint": seen["firstPaint"],
        "largest_paint": seen["largestPaint"],
        "hydrated": seen["hydrated"],
        "interactive": max(seen["hydrated"], *ends, 0),
        "blocking": sum(max(0, duration - 50) for start, duration in seen["longTasks"] if start >= seen["firstPaint"]),
        "shift": shift(seen),
        "scripts": len(traffic.scripts),
        "script_bytes": gzipped(traffic.scripts),
        "html_bytes": len(html),
        "html_gzipped": len(gzip.compress(html)),
        "requests": len(traffic.asked),
        "received": traffic.received,
        "heap": await _heap(session),
        "memory": await _memory(browser),
    }
    scrolled = await _scrolled(browser, page, session, videos)
    return Figures(**figures, scrolled=scrolled)


async def _scrolled(browser: Browser, page: Page, session: CDPSession, videos: int) -> Scrolled:
    before = await page.evaluate("performance.now()")
    await scroll_to_end(page, videos)
    seen = await _settled(page)
    tasks = [duration for start, duration in seen["longTasks"] if start >= before]
    late = {**seen, "shifts": [one for one in seen["shifts"] if one["at"] >= before]}
    heap, memory = await _heap(session), await _memory(browser)
    moved = [what for one in late["shifts"] for what in one["what"]]
    return Scrolled(shift(late), max([*tasks, 0]), heap, memory, await _needed_memory(browser, session), moved)


async def scroll_to_end(page: Page, videos: int) -> None:
    """Turn the wheel, a window's height at a time, until so many videos are there and the last is seen."""
    size = page.viewport_size
    assert size is not None
    await page.mouse.move(size["width"] / 2, size["height"] / 2)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        items, is_at_end = await page.evaluate(f"[{ITEMS}, {IS_AT_END}]")
        if items >= videos and is_at_end:
            return
        if time.monotonic() > deadline:
            raise ReelgraphError(f"Only {items} of {videos} videos came in {PATIENCE_SECONDS} s of scrolling.")
        await page.mouse.wheel(0, size["height"])
        await asyncio.sleep(STEP_SECONDS)


def shift(seen: dict[str, Any]) -> float:
    """All that has moved by itself: no less than the cumulative layout shift, which is the worst five seconds of it."""
    return float(sum(one["value"] for one in seen["shifts"]))


def gzipped(addresses: Iterable[str]) -> int:
    """Bytes of the built files at these addresses, each compressed by gzip as well as it can."""
    files = (BUILT / urlsplit(address).path.lstrip("/") for address in addresses)
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


async def _settled(page: Page) -> dict[str, Any]:
    """What has been seen of a page, once it is alive and shows its pictures, and nothing has taken long for a while.

    Raises `ReelgraphError` where that does not come.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    widths: list[int] = []
    while time.monotonic() < deadline:
        seen: dict[str, Any] = await page.evaluate("({ ...seen, now: performance.now() })")
        ends = [start + duration for start, duration in seen["longTasks"]]
        widths = await page.evaluate(WIDTHS)
        if seen["hydrated"] and widths and all(widths) and seen["now"] - max(seen["hydrated"], *ends, 0) > QUIET:
            return seen
        await asyncio.sleep(0.2)
    raise ReelgraphError(f"The page did not settle in {PATIENCE_SECONDS} s; {widths.count(0)} pictures are missing.")


async def _heap(session: CDPSession) -> int:
    """Bytes that the page's scripts keep."""
    await session.send("HeapProfiler.collectGarbage")
    return int((await session.send("Runtime.getHeapUsage"))["usedSize"])


async def _needed_memory(browser: Browser, session: CDPSession) -> int:
    """The same once the browser has let go of what it can make again: pictures are kept while there is room."""
    await session.send("Memory.simulatePressureNotification", {"level": "critical"})
    await asyncio.sleep(QUIET / 1000)
    return await _memory(browser)


async def _memory(browser: Browser) -> int:
    """Bytes of the page's process, with its share of what processes share: the largest, as others show nothing."""
    session = await browser.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    await session.detach()
    renderers = [psutil.Process(one["id"]) for one in processes if one["type"] == "renderer"]
    return max(int(one.memory_full_info().pss) for one in renderers)
