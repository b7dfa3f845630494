"""The pictures of the web app in the docs: `make screenshots`.

The demo library, as `make web` shows it, in the system's Chromium; light and dark.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize, expect

from bench.app import chromium, running_app, sign_in
from server.demo.clips import CLIPS

PICTURES = Path("docs/web")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DESKTOP, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
# It has subtitles, tags and notes.
VIDEO = "Fourier series, lecture 3"
CAN_PLAY = """(video) => new Promise((resolve) => {
    if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) resolve();
    else video.addEventListener('canplay', () => resolve(), { once: true });
})"""
# What somebody else makes of its title meanwhile: another each time, or there would be no conflict.
TITLES = {
    "light": "Fourier series, lecture 3: the square wave",
    "dark": "Fourier series, lecture 3: a square from sines",
}
# The first of these is done, the second on its way, as slowly as a telephone sends it.
UPLOADED = ("Überfahrt nach Gotland.mp4", "Fourier series, lecture 3.mkv")
BYTES_A_SECOND = 100_000
HALF_SENT = re.compile(r"[45]\d")  # percent


async def _pictures(url: str, clips: list[Path]) -> None:
    async with chromium() as browser:
        async with _page(browser, url, "light", PHONE) as page:
            await _picture(page, "phone")
        for scheme in SCHEMES:
            async with _page(browser, url, scheme, DESKTOP) as page:
                await _picture(page, f"library-{scheme}")
                await _video(page)
                await _picture(page, f"video-{scheme}")
                await _conflict(page, TITLES[scheme])
                await _picture(page, f"conflict-{scheme}")
        # Last, because the library has more in it afterwards.
        for scheme in SCHEMES:
            async with _page(browser, url, scheme, DESKTOP) as page:
                await _upload(page, clips)
                await _picture(page, f"upload-{scheme}")


@asynccontextmanager
async def _page(
    browser: Browser, url: str, scheme: Literal["light", "dark"], size: ViewportSize
) -> AsyncIterator[Page]:
    context = await browser.new_context(base_url=url, color_scheme=scheme, viewport=size)
    page = await context.new_page()
    await sign_in(page)
    await expect(page.locator("body")).to_have_attribute("data-live", "live")
    yield page
    await context.close()


async def _picture(page: Page, name: str) -> None:
    await asyncio.sleep(1)  # pictures come, and transitions end
    await page.screenshot(path=PICTURES / f"{name}.png")


async def _video(page: Page) -> None:
    await page.get_by_role("link", name=VIDEO).first.click()
    await page.locator("video").evaluate(CAN_PLAY)  # until then the player shows that it waits
    await page.get_by_label("Find in the transcript").fill("wave")
    await expect(page.get_by_text("1 of 3")).to_be_visible()


async def _conflict(page: Page, title: str) -> None:
    """Somebody else changes the title while it is being written here."""
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_label("Title", exact=True).fill("From sine to square")
    await page.get_by_label("Tags", exact=True).fill("Lecture, Mathematics, Fourier")
    other = await page.context.new_page()
    await other.goto(page.url)
    await expect(other.locator("body")).to_have_attribute("data-live", "live")
    await other.get_by_role("button", name="Edit").click()
    await other.get_by_label("Title", exact=True).fill(title)
    await other.get_by_role("button", name="Save").click()
    await asyncio.sleep(1)
    await other.close()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _upload(page: Page, clips: list[Path]) -> None:
    """One that is done, and one that is on its way."""
    await page.get_by_role("navigation", name="Main").get_by_role("link", name="Upload").click()
    done, sent = clips
    files = page.get_by_label("Drop videos here")
    await files.set_input_files(done)
    await expect(page.get_by_text("Ready")).to_be_visible(timeout=60_000)
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    slow = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": BYTES_A_SECOND}
    await session.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    await files.set_input_files(sent)
    await expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", HALF_SENT, timeout=60_000)


def main() -> None:
    """Draw them all."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="reelgraph-screenshots-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        for name in ("data", "clips"):
            (place / name).mkdir()
        with running_app(place / "data") as url:
            asyncio.run(_pictures(url, [clip.write(place / "clips") for clip in CLIPS if clip.filename in UPLOADED]))


if __name__ == "__main__":
    main()
