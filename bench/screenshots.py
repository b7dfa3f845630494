"""The pictures of the web app in the docs: `make screenshots`.

The demo library, as `make web` shows it, in the system's Chromium; light and dark.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from bench.app import chromium, running_app, sign_in
from tests.support.small_clips import make_small_clips

PICTURES = Path("docs/web")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DESKTOP, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
# It has subtitles, tags and notes.
VIDEO = "Fourier series, lecture 3"


async def _pictures(url: str, clips: Path) -> None:
    make_small_clips(clips)
    async with chromium() as browser:
        async with _page(browser, url, "light", PHONE) as page:
            await _picture(page, "phone")
        for scheme in SCHEMES:
            async with _page(browser, url, scheme, DESKTOP) as page:
                await _picture(page, f"library-{scheme}")
                await _video(page)
                await _picture(page, f"video-{scheme}")
                await _conflict(page, scheme)
                await _picture(page, f"conflict-{scheme}")
        # Last, because the library has more in it afterwards.
        for scheme in SCHEMES:
            async with _page(browser, url, scheme, DESKTOP) as page:
                await _upload(page, clips)
                await _picture(page, f"upload-{scheme}")
                await page.unroute_all(behavior="ignoreErrors")


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
    await page.get_by_label("Find in the transcript").fill("wave")
    await expect(page.get_by_text("1 of 3")).to_be_visible()


async def _conflict(page: Page, scheme: str) -> None:
    """Somebody else changes the title while it is being written here."""
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_label("Title", exact=True).fill("From sine to square")
    await page.get_by_label("Tags", exact=True).fill("Lecture, Mathematics, Fourier")
    other = await page.context.new_page()
    await other.goto(page.url)
    await expect(other.locator("body")).to_have_attribute("data-live", "live")
    await other.get_by_role("button", name="Edit").click()
    await other.get_by_label("Title", exact=True).fill(f"{VIDEO}: {scheme}")
    await other.get_by_role("button", name="Save").click()
    await asyncio.sleep(1)
    await other.close()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _upload(page: Page, clips: Path) -> None:
    """One that is done, and one that is on its way."""
    await page.get_by_role("navigation", name="Main").get_by_role("link", name="Upload").click()
    files = page.get_by_label("Drop videos here")
    await files.set_input_files(clips / "subtitled.mkv")
    await expect(page.get_by_text("Ready")).to_be_visible(timeout=60_000)

    async def hold(_: Route) -> None:
        """It stays on its way."""

    await page.route("**/uploads/**", hold)
    await files.set_input_files(clips / "silent.mp4")
    await expect(page.get_by_text("Uploading", exact=True)).to_be_visible()


def main() -> None:
    """Draw them all."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="reelgraph-screenshots-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        for name in ("data", "clips"):
            (place / name).mkdir()
        with running_app(place / "data") as url:
            asyncio.run(_pictures(url, place / "clips"))


if __name__ == "__main__":
    main()
