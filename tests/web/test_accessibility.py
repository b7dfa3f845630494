"""Every page, dark and light, on phones and desktops: axe finds nothing, and a keyboard is enough."""

from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select, update

from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus, VideoJob
from database.video_metadata import VideoMetadata
from server.web_build import WEB_APP
from tests.support.library import Library
from tests.web.conftest import Windows, sign_in

AXE = WEB_APP.package / "node_modules/axe-core/axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
async def videos(library: Library) -> dict[str, Video]:
    """One of each status."""
    made = {}
    for status in ProcessingStatus:
        made[status.name] = video = await library.video()
        job = await library.job(video, status, error_message="odd" if status == ProcessingStatus.FAILED else None)
        if status == ProcessingStatus.COMPLETED:
            texts = {"transcript_text": "At dawn.\nThe harbour.", "show_notes_text": "By Ana", "tags": ["sea"]}
            await library.metadata(job, title="Harbour", description="At dawn", **texts)
    return made


async def violations(page: Page) -> list[str]:
    """What axe finds on a page as it is."""
    await page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = await page.evaluate("axe.run().then(({ violations }) => violations)")
    return [f"{one['id']}: {[node['html'][:150] for node in one['nodes']]}" for one in found]


async def edited(database: Database, video: Video) -> None:
    """Have a video's metadata been changed elsewhere."""
    jobs = select(VideoJob.id).where(VideoJob.video_id == video.id)
    change = update(VideoMetadata).where(VideoMetadata.job_id.in_(jobs))
    async with database.engine.begin() as connection:
        await connection.execute(change.values(title="Port", version=VideoMetadata.version + 1))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_axe_finds_nothing(
    windows: Windows, database: Database, videos: dict[str, Video], scheme: str, size: dict[str, Any]
) -> None:
    window = await windows.open("/sign-in", signed_in=False, color_scheme=scheme, bypass_csp=True, **size)
    page = window.page
    assert await violations(page) == []
    await sign_in(page)
    ready = f"/videos/video_{videos['COMPLETED'].id.hex}"
    for path in ("/", "/?q=nothing", "/upload", ready, f"/videos/video_{videos['FAILED'].id.hex}", "/nowhere"):
        await page.goto(path)
        await expect(page.locator("h1")).to_have_count(1)
        assert await violations(page) == [], path
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{path} is wider than its window"
    await page.goto(ready)
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("alertdialog")).to_be_visible()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Edit").click()
    assert await violations(page) == []
    await page.get_by_label("Title").fill("Haven")
    await edited(database, videos["COMPLETED"])
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog", name="Changed in two places")).to_be_visible()
    assert await violations(page) == []
    window.problems.clear()  # what is at /nowhere, and a video without a file


async def test_a_keyboard_is_enough(windows: Windows, videos: dict[str, Video]) -> None:
    window = await windows.open()
    page = window.page
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("Harbour")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("list", name="Videos").get_by_role("listitem")).to_have_count(1)
    card = page.get_by_role("list", name="Videos").get_by_role("link")
    while not await card.evaluate("card => card === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Harbour")).to_be_visible()
    edit = page.get_by_role("button", name="Edit")
    await edit.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Title")).to_be_focused()
    await page.keyboard.type(" at dawn")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("at dawn")
    await expect(edit).to_be_focused()
    window.problems.clear()  # a video without a file
